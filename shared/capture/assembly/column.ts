import { pushValue } from "./block";
import { hashNumber, hashText, touchRegister } from "./distinct";
import { countFrequent } from "./frequent";
import { allocate } from "./memory";
import { FRACTIONAL, INTEGRAL, readNumber, value } from "./number";
import {
  firstBytes,
  INLINE_BYTES,
  quickHash,
  SLOT_BYTES,
  SLOT_COUNT,
  SLOT_HIGH,
  SLOT_LENGTH,
  SLOT_TEXT,
  sameText,
  textOf,
} from "./text";

export const COLUMN_BYTES: usize = 160;
export const IS_SKETCHED: usize = 0;
export const DISTINCT: usize = 4;
export const TABLE: usize = 8;
export const BLOCK: usize = 12;
export const BLOCK_COUNT: usize = 16;
export const REGISTERS: usize = 20;
export const FREQUENT: usize = 24;
export const FREQUENT_COUNT: usize = 28;
export const ARENA: usize = 32;
export const ARENA_USED: usize = 36;
export const ARENA_BYTES: usize = 40;
export const INTEGRAL_COUNT: usize = 48;
export const FRACTIONAL_COUNT: usize = 52;
export const BOOLEAN_COUNT: usize = 56;
export const STRING_COUNT: usize = 60;
export const NUMBER_COUNT: usize = 64;
export const SUM: usize = 72;
export const SUM_LOW: usize = 80;
export const SQUARES: usize = 88;
export const MINIMUM: usize = 96;
export const MAXIMUM: usize = 104;
export const FREQUENT_ERROR: usize = 112;
export const SAMPLE_TURN: usize = 120;
export const KEYS_BY_BITS: usize = 124;
export const LEVELS: usize = 128;
export const OVERCOUNT: usize = 136;
export const UNDERCOUNT: usize = 144;

export const EXACT_LIMIT: u32 = 128;
export const EXACT_SLOTS: u32 = 256;

export function newColumn(): usize {
  const column = allocate(COLUMN_BYTES);
  store<u32>(column, <u32>allocate(EXACT_SLOTS * SLOT_BYTES), TABLE);
  store<f64>(column, Infinity, MINIMUM);
  store<f64>(column, -Infinity, MAXIMUM);
  return column;
}

/** Counts one present value. */
export function countValue(column: usize, at: usize, length: u32): void {
  if (load<u32>(column, IS_SKETCHED) == 0) countExactly(column, at, length);
  else sketch(column, at, length, 1);
}

function countExactly(column: usize, at: usize, length: u32): void {
  const first = firstBytes(at, length);
  const low = i64x2.extract_lane(first, 0);
  const high = i64x2.extract_lane(first, 1);
  const table: usize = load<u32>(column, TABLE);
  let position = quickHash(low, high, at, length) & (EXACT_SLOTS - 1);
  while (true) {
    const slot = table + position * SLOT_BYTES;
    const count = load<u32>(slot, SLOT_COUNT);
    if (count == 0) {
      const distinct = load<u32>(column, DISTINCT);
      if (distinct == EXACT_LIMIT) {
        goOverToSketches(column, table);
        sketch(column, at, length, 1);
        return;
      }
      store<u32>(column, distinct + 1, DISTINCT);
      v128.store(slot, first);
      store<u32>(slot, 1, SLOT_COUNT);
      store<u32>(slot, length, SLOT_LENGTH);
      if (length > INLINE_BYTES) store<u32>(slot, <u32>keepText(at, length), SLOT_TEXT);
      return;
    }
    if (sameText(slot, low, high, at, length)) {
      store<u32>(slot, count + 1, SLOT_COUNT);
      return;
    }
    position = (position + 1) & (EXACT_SLOTS - 1);
  }
}

function keepText(at: usize, length: u32): usize {
  const copy = allocate(length);
  memory.copy(copy, at, length);
  return copy;
}

function goOverToSketches(column: usize, table: usize): void {
  store<u32>(column, 1, IS_SKETCHED);
  store<u32>(column, <u32>allocate(4096), REGISTERS);
  for (let position: usize = 0; position < EXACT_SLOTS; position++) {
    const slot = table + position * SLOT_BYTES;
    const count = load<u32>(slot, SLOT_COUNT);
    if (count != 0) sketch(column, textOf(slot), load<u32>(slot, SLOT_LENGTH), count);
  }
}

/** Adds a value `count` times to a column that is past exact counts. */
function sketch(column: usize, at: usize, length: u32, count: u32): void {
  const kind = readNumber(at, length);
  if (kind != 0) {
    const counter = column + (kind == INTEGRAL ? INTEGRAL_COUNT : FRACTIONAL_COUNT);
    store<u32>(counter, load<u32>(counter) + count);
    for (let left = count; left != 0; left--) pushValue(column, value);
    return;
  }
  const counter = column + (isBoolean(at, length) ? BOOLEAN_COUNT : STRING_COUNT);
  store<u32>(counter, load<u32>(counter) + count);
  countFrequent(column, at, length, count);
}

function isBoolean(at: usize, length: u32): bool {
  if (length == 4) return load<u32>(at) == 0x65757274;
  return length == 5 && load<u32>(at) == 0x736c6166 && load<u8>(at, 4) == 0x65;
}
