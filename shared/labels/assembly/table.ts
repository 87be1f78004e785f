import { allocate } from "./memory";

// An entry: what is known of one id.
export const HASH: usize = 0;
export const ID_LENGTH: usize = 4;
/** 0 none, 1 CSV, 2 JSON. */
export const LABEL_KIND: usize = 8;
/** 0 no capture, else 1 and more as the host numbers the kinds. */
export const OUTPUT_KIND: usize = 12;
export const LABEL_MILLIS: usize = 16;
export const CAPTURE_MILLIS: usize = 24;
export const LABEL_AT: usize = 32;
export const LABEL_LENGTH: usize = 36;
/** Event id, output, capture data and event metadata stand one behind the other. */
export const CAPTURE_AT: usize = 40;
export const PART_LENGTHS: usize = 44;
/** The entry that was made after this one. */
export const NEXT: usize = 60;
export const ID: usize = 64;

const FIRST_SLOTS: u32 = 1 << 12;
/** Slots behind the last home: a table that runs into their end is enlarged. */
const TAIL_SLOTS: u32 = 256;

let slotsAt: usize = 0;
let homeBits: u32 = 12;
let entryCount: u32 = 0;
let first: usize = 0;
let last: usize = 0;

export function prepareTable(): void {
  slotsAt = allocate((FIRST_SLOTS + TAIL_SLOTS) * 4);
}

function slotCount(): u32 {
  return (1 << homeBits) + TAIL_SLOTS;
}

/** Entries hang together in the order in which they were made; 0 without any. */
export function firstEntry(): usize {
  return first;
}

/** FNV-1a over words of eight bytes, then murmur3's finaliser; ids are long and much alike. */
export function hashOf(id: usize, length: u32): u32 {
  let hash: u64 = 0xcbf29ce484222325;
  let at = id;
  const end = id + length;
  for (; at + 8 <= end; at += 8) hash = mixed(hash ^ load<u64>(at));
  for (; at < end; at++) hash = (hash ^ load<u8>(at)) * 0x100000001b3;
  return <u32>(mixed(hash) >> 32);
}

// @ts-ignore: decorator
@inline
function mixed(value: u64): u64 {
  let mix = value ^ (value >> 33);
  mix *= 0xff51afd7ed558ccd;
  mix ^= mix >> 33;
  mix *= 0xc4ceb9fe1a85ec53;
  return mix ^ (mix >> 33);
}

/** The entry of an id, made when it is new. */
export function entryOf(id: usize, length: u32, hash: u32): usize {
  let slot = home(hash);
  for (let entry = entryIn(slot); entry != 0; entry = entryIn(slot)) {
    if (load<u32>(entry) == hash && load<u32>(entry, ID_LENGTH) == length) {
      if (sameText(entry + ID, id, length)) return entry;
    }
    slot++;
  }
  const entry = allocate(ID + length);
  store<u32>(entry, hash);
  store<u32>(entry, length, ID_LENGTH);
  memory.copy(entry + ID, id, length);
  if (last == 0) first = entry;
  else store<u32>(last, <u32>entry, NEXT);
  last = entry;
  entryCount++;
  if (entryCount > <u32>(1 << homeBits) >> 1) enlarge();
  place(entry);
  return entry;
}

export function touchSlot(hash: u32): u32 {
  return <u32>entryIn(home(hash));
}

/** Of the first slot alone, which is nearly always the one; an entry may span two lines of memory. */
export function touchEntry(hash: u32): u32 {
  const entry = entryIn(home(hash));
  return load<u32>(entry) + load<u32>(entry, ID);
}

// @ts-ignore: decorator
@inline
function home(hash: u32): u32 {
  return hash >> (32 - homeBits);
}

// @ts-ignore: decorator
@inline
function entryIn(slot: u32): usize {
  return load<u32>(slotsAt + (slot << 2));
}

/** The last slot stays empty, so that every search ends. */
function place(entry: usize): void {
  let slot = home(load<u32>(entry));
  while (entryIn(slot) != 0) slot++;
  if (slot >= slotCount() - 1) {
    enlarge();
    place(entry);
  } else {
    store<u32>(slotsAt + (slot << 2), <u32>entry);
  }
}

function enlarge(): void {
  const old = slotsAt;
  const oldCount = slotCount();
  homeBits++;
  slotsAt = allocate(slotCount() * 4);
  for (let slot: u32 = 0; slot < oldCount; slot++) {
    const entry = load<u32>(old + (slot << 2));
    if (entry != 0) place(entry);
  }
}

function sameText(a: usize, b: usize, length: u32): bool {
  let at: u32 = 0;
  for (; at + 8 <= length; at += 8) if (load<u64>(a + at) != load<u64>(b + at)) return false;
  for (; at < length; at++) if (load<u8>(a + at) != load<u8>(b + at)) return false;
  return true;
}

/** Of bytes; a text stands before those that it begins. */
export function compareTexts(a: usize, aLength: u32, b: usize, bLength: u32): i32 {
  const order = memory.compare(a, b, min(aLength, bLength));
  return order != 0 ? order : <i32>aLength - <i32>bLength;
}
