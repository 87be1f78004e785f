import {
  ARENA,
  ARENA_BYTES,
  ARENA_USED,
  FREQUENT,
  FREQUENT_COUNT,
  FREQUENT_ERROR,
  REGISTERS,
} from "./column";
import { hashText, touchRegister } from "./distinct";
import { allocate } from "./memory";
import {
  firstBytes,
  INLINE_BYTES,
  quickHash,
  SLOT_BYTES,
  SLOT_COUNT,
  SLOT_HIGH,
  SLOT_LENGTH,
  SLOT_TEXT,
} from "./text";

/** Texts that a prune keeps, as many as the state that is handed on. */
export const KEPT: u32 = 512;
/** Texts at which a prune is due: half as often as with the smallest excess, for twice the room. */
const FULL: u32 = 2 * KEPT;
export const FREQUENT_SLOTS: u32 = 2048;
const TABLE_BYTES: u32 = FREQUENT_SLOTS * SLOT_BYTES;
const FIRST_ARENA_BYTES: u32 = 4096;
const LONGEST_TEXT: usize = 272;

let tableCopyAt: usize = 0;
let arenaCopyAt: usize = 0;
let countsAt: usize = 0;

export function prepareFrequent(): void {
  tableCopyAt = allocate(TABLE_BYTES);
  arenaCopyAt = allocate(<usize>(FULL + 1) * LONGEST_TEXT);
  countsAt = allocate(<usize>(FULL + 1) * 4);
}

/**
 * Counts a text by Misra and Gries; a text that is not in the table also goes to the distinct
 * count.
 */
export function countFrequent(column: usize, at: usize, length: u32, count: u32): void {
  let table: usize = load<u32>(column, FREQUENT);
  if (table == 0) {
    table = allocate(TABLE_BYTES);
    store<u32>(column, <u32>table, FREQUENT);
  }
  const first = firstBytes(at, length);
  const low = i64x2.extract_lane(first, 0);
  const high = i64x2.extract_lane(first, 1);
  const arena: usize = load<u32>(column, ARENA);
  let position = quickHash(low, high, at, length) & (FREQUENT_SLOTS - 1);
  while (true) {
    const slot = table + position * SLOT_BYTES;
    const before = load<u32>(slot, SLOT_COUNT);
    if (before == 0) {
      insert(column, slot, first, at, length, count);
      return;
    }
    if (sameFrequent(slot, arena, low, high, at, length)) {
      store<u32>(slot, before + count, SLOT_COUNT);
      return;
    }
    position = (position + 1) & (FREQUENT_SLOTS - 1);
  }
}

/** Like `sameText`, but a long text stands in the column's arena, which moves as it grows. */
function sameFrequent(slot: usize, arena: usize, low: u64, high: u64, at: usize, len: u32): bool {
  if (load<u64>(slot) != low || load<u64>(slot, SLOT_HIGH) != high) return false;
  if (load<u32>(slot, SLOT_LENGTH) != len) return false;
  return len <= INLINE_BYTES || memory.compare(arena + load<u32>(slot, SLOT_TEXT), at, len) == 0;
}

function insert(column: usize, slot: usize, first: v128, at: usize, length: u32, count: u32): void {
  touchRegister(load<u32>(column, REGISTERS), hashText(at, length));
  v128.store(slot, first);
  store<u32>(slot, count, SLOT_COUNT);
  store<u32>(slot, length, SLOT_LENGTH);
  if (length > INLINE_BYTES) store<u32>(slot, keepInArena(column, at, length), SLOT_TEXT);
  const texts = load<u32>(column, FREQUENT_COUNT) + 1;
  store<u32>(column, texts, FREQUENT_COUNT);
  if (texts > FULL) prune(column);
}

function keepInArena(column: usize, at: usize, length: u32): u32 {
  const used = load<u32>(column, ARENA_USED);
  const room = load<u32>(column, ARENA_BYTES);
  if (used + length > room) {
    const wider = max(FIRST_ARENA_BYTES, room * 2);
    const arena = allocate(wider);
    memory.copy(arena, load<u32>(column, ARENA), used);
    store<u32>(column, <u32>arena, ARENA);
    store<u32>(column, wider, ARENA_BYTES);
  }
  memory.copy(load<u32>(column, ARENA) + used, at, length);
  store<u32>(column, used + length, ARENA_USED);
  return used;
}

/**
 * Takes the count of the first text that may not stay from all of them, and drops who has no more.
 */
export function prune(column: usize): void {
  const texts = load<u32>(column, FREQUENT_COUNT);
  if (texts <= KEPT) return;
  const table: usize = load<u32>(column, FREQUENT);
  const excess = countAtRank(table, KEPT);
  memory.copy(tableCopyAt, table, TABLE_BYTES);
  memory.fill(table, 0, TABLE_BYTES);
  const arenaUsed = load<u32>(column, ARENA_USED);
  const arena: usize = load<u32>(column, ARENA);
  if (arenaUsed != 0) memory.copy(arenaCopyAt, arena, arenaUsed);
  store<u32>(column, 0, ARENA_USED);
  store<u32>(column, 0, FREQUENT_COUNT);
  const error = load<f64>(column, FREQUENT_ERROR);
  store<f64>(column, error + <f64>excess, FREQUENT_ERROR);
  for (let position: u32 = 0; position < FREQUENT_SLOTS; position++) {
    const slot = tableCopyAt + position * SLOT_BYTES;
    if (load<u32>(slot, SLOT_COUNT) > excess) putBack(column, table, slot, excess);
  }
}

function putBack(column: usize, table: usize, kept: usize, excess: u32): void {
  const length = load<u32>(kept, SLOT_LENGTH);
  const isLong = length > INLINE_BYTES;
  const text = isLong ? arenaCopyAt + load<u32>(kept, SLOT_TEXT) : kept;
  const first = v128.load(kept);
  const low = i64x2.extract_lane(first, 0);
  const high = i64x2.extract_lane(first, 1);
  let position = quickHash(low, high, text, length) & (FREQUENT_SLOTS - 1);
  while (load<u32>(table + position * SLOT_BYTES, SLOT_COUNT) != 0) {
    position = (position + 1) & (FREQUENT_SLOTS - 1);
  }
  const slot = table + position * SLOT_BYTES;
  v128.store(slot, first);
  store<u32>(slot, load<u32>(kept, SLOT_COUNT) - excess, SLOT_COUNT);
  store<u32>(slot, length, SLOT_LENGTH);
  if (isLong) store<u32>(slot, keepInArena(column, text, length), SLOT_TEXT);
  store<u32>(column, load<u32>(column, FREQUENT_COUNT) + 1, FREQUENT_COUNT);
}

/** The count that `rank` texts of the table reach or exceed before it, counted from the largest. */
function countAtRank(table: usize, rank: u32): u32 {
  let length: u32 = 0;
  for (let position: u32 = 0; position < FREQUENT_SLOTS; position++) {
    const count = load<u32>(table + position * SLOT_BYTES, SLOT_COUNT);
    if (count != 0) store<u32>(countsAt + (length++ << 2), count);
  }
  let from: u32 = 0;
  let to = length - 1;
  while (from < to) {
    const pivot = load<u32>(countsAt + (((from + to) >> 1) << 2));
    let left = from;
    let right = to;
    while (left <= right) {
      while (load<u32>(countsAt + (left << 2)) > pivot) left++;
      while (load<u32>(countsAt + (right << 2)) < pivot) right--;
      if (left > right) break;
      const swapped = load<u32>(countsAt + (left << 2));
      store<u32>(countsAt + (left << 2), load<u32>(countsAt + (right << 2)));
      store<u32>(countsAt + (right << 2), swapped);
      left++;
      if (right == 0) break;
      right--;
    }
    if (rank <= right && right < to) to = right;
    else if (rank >= left) from = left;
    else break;
  }
  return load<u32>(countsAt + (rank << 2));
}
