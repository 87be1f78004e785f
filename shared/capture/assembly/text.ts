import { allocate } from "./memory";

/** Texts up to this many bytes stand in their slot, and compare as two words. */
export const INLINE_BYTES: u32 = 16;

// A slot of a table of texts: first 16 bytes, count (0 = empty slot), length, where the whole text
// stands.
export const SLOT_BYTES: u32 = 32;
export const SLOT_HIGH: usize = 8;
export const SLOT_COUNT: usize = 16;
export const SLOT_LENGTH: usize = 20;
export const SLOT_TEXT: usize = 24;

let masksAt: usize = 0;

export function prepareText(): void {
  masksAt = allocate(17 * 16);
  for (let length: usize = 0; length <= 16; length++) {
    memory.fill(masksAt + length * 16, 0xff, length);
  }
}

/** The first 16 bytes of a text, zero behind its end. */
export function firstBytes(at: usize, length: u32): v128 {
  const mask = v128.load(masksAt + (min(length, INLINE_BYTES) << 4));
  return v128.and(v128.load(at), mask);
}

/** A table position's hash: quick rather than good, since equality is always checked. */
export function quickHash(low: u64, high: u64, at: usize, length: u32): u32 {
  let mixed = low ^ rotl(high, 29) ^ length;
  if (length > INLINE_BYTES) mixed ^= rotl(load<u64>(at + length - 8), 17);
  mixed *= 0x9e3779b97f4a7c15;
  return <u32>((mixed ^ (mixed >> 29)) >> 32);
}

export function sameText(slot: usize, low: u64, high: u64, at: usize, length: u32): bool {
  if (load<u64>(slot) != low || load<u64>(slot, SLOT_HIGH) != high) return false;
  if (load<u32>(slot, SLOT_LENGTH) != length) return false;
  return length <= INLINE_BYTES || memory.compare(load<u32>(slot, SLOT_TEXT), at, length) == 0;
}

/** Where the text of a slot stands, for reading. */
export function textOf(slot: usize): usize {
  return load<u32>(slot, SLOT_LENGTH) <= INLINE_BYTES ? slot : load<u32>(slot, SLOT_TEXT);
}
