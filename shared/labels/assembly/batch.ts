// Entries lie all over the memory, and waiting for one costs more than reading a line. So lines are put
// in batches: first all entries of a batch are asked for, which the processor does side by side.
import { hashOf, touchEntry, touchSlot } from "./table";

const ITEM_LIMIT: usize = 32;

// One line of the batch: what was found in it, then address and length of up to four texts.
export const ITEM_HASH: usize = 0;
export const ITEM_ID: usize = 4;
export const ITEM_ID_LENGTH: usize = 8;
export const ITEM_KIND: usize = 12;
export const ITEM_MILLIS: usize = 16;
const TEXTS: usize = 24;
const ITEM_BYTES: usize = 56;

const items = memory.data(32 * 56);
let itemCount: usize = 0;
/** Kept so that the touching is not optimised away. */
export let touched: u32 = 0;

// @ts-ignore: decorator
@inline
export function newItem(id: usize, idLength: u32, kind: u32, millis: f64): usize {
  const item = items + itemCount++ * ITEM_BYTES;
  store<u32>(item, hashOf(id, idLength));
  store<u32>(item, <u32>id, ITEM_ID);
  store<u32>(item, idLength, ITEM_ID_LENGTH);
  store<u32>(item, kind, ITEM_KIND);
  store<f64>(item, millis, ITEM_MILLIS);
  return item;
}

// @ts-ignore: decorator
@inline
export function setText(item: usize, text: u32, at: usize, length: u32): void {
  store<u32>(item + TEXTS + (<usize>text << 3), <u32>at);
  store<u32>(item + TEXTS + (<usize>text << 3), length, 4);
}

// @ts-ignore: decorator
@inline
export function textAt(item: usize, text: u32): usize {
  return load<u32>(item + TEXTS + (<usize>text << 3));
}

// @ts-ignore: decorator
@inline
export function textLength(item: usize, text: u32): u32 {
  return load<u32>(item + TEXTS + (<usize>text << 3), 4);
}

export function isBatchFull(): bool {
  return itemCount == ITEM_LIMIT;
}

export function emptyBatch(): void {
  itemCount = 0;
}

/** 0 when there is none. */
export function firstItem(): usize {
  return itemCount == 0 ? 0 : items;
}

export function nextItem(item: usize): usize {
  const next = item + ITEM_BYTES;
  return next == items + itemCount * ITEM_BYTES ? 0 : next;
}

export function bringEntries(): void {
  let sum: u32 = 0;
  for (let item: usize = 0; item < itemCount; item++) {
    sum += touchSlot(load<u32>(items + item * ITEM_BYTES));
  }
  for (let item: usize = 0; item < itemCount; item++) {
    sum += touchEntry(load<u32>(items + item * ITEM_BYTES));
  }
  touched += sum;
}
