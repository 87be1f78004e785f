import { LEVELS, OVERCOUNT, UNDERCOUNT } from "./column";
import { allocate } from "./memory";
import { SAMPLE_LEVEL, SAMPLE_VALUES } from "./sample";

// The quantile sketch while it is built, as shared/sketch/kll.ts has it: since samples always have
// as many values as a level takes, a level is full or empty, and building is counting in binary.

/** Levels above the samples' own; far more than there can be values for. */
export const LEVEL_COUNT: u32 = 32;
/** A level's address; 0 when it is empty. Behind it, one to use again. */
const ENTRY_BYTES: u32 = 8;
const SPARE: usize = 4;

let carriedAt: usize = 0;
let mergedAt: usize = 0;

export function prepareLevels(): void {
  // Each run of values has an infinite one behind it, so that merging need not ask for its end.
  carriedAt = allocate(<usize>(SAMPLE_VALUES + 1) * 8);
  mergedAt = allocate(<usize>(SAMPLE_VALUES + 1) * 8);
}

/** Adds a sample of ascending values, each of weight 2^level. */
export function addSample(column: usize, sample: usize, offset: u32): void {
  let levels: usize = load<u32>(column, LEVELS);
  if (levels == 0) {
    levels = allocate(<usize>LEVEL_COUNT * ENTRY_BYTES);
    store<u32>(column, <u32>levels, LEVELS);
  }
  addTo(column, OVERCOUNT, <f64>((1 << SAMPLE_LEVEL) - 1 - offset));
  addTo(column, UNDERCOUNT, <f64>offset);
  memory.copy(carriedAt, sample, SAMPLE_VALUES << 3);
  let level: u32 = 0;
  while (load<u32>(levels + level * ENTRY_BYTES) != 0) {
    compact(column, levels + level * ENTRY_BYTES, level + SAMPLE_LEVEL);
    level++;
  }
  put(levels + level * ENTRY_BYTES);
}

function addTo(column: usize, field: usize, amount: f64): void {
  store<f64>(column + field, load<f64>(column + field) + amount);
}

function put(entry: usize): void {
  let values: usize = load<u32>(entry, SPARE);
  if (values == 0) values = allocate(<usize>(SAMPLE_VALUES + 1) * 8);
  memory.copy(values, carriedAt, SAMPLE_VALUES << 3);
  store<f64>(values + (SAMPLE_VALUES << 3), Infinity);
  store<u32>(entry, <u32>values);
  store<u32>(entry, 0, SPARE);
}

/** Empties a level: of its values and the carried ones together, every other is carried on. */
function compact(column: usize, entry: usize, level: u32): void {
  const weight = <f64>(<u64>1 << level);
  const offset = chooseOffset(column, level);
  addTo(column, offset == 0 ? OVERCOUNT : UNDERCOUNT, weight);
  const values: usize = load<u32>(entry);
  store<f64>(carriedAt + (SAMPLE_VALUES << 3), Infinity);
  mergeHalf(values, carriedAt, mergedAt, offset);
  memory.copy(carriedAt, mergedAt, SAMPLE_VALUES << 3);
  store<u32>(entry, 0);
  store<u32>(entry, <u32>values, SPARE);
}

/** Without branches on the values, which nobody could predict. */
function mergeHalf(a: usize, b: usize, to: usize, offset: u32): void {
  const end = to + (SAMPLE_VALUES << 3);
  while (to < end) {
    const firstIsA = <usize>(load<f64>(a) <= load<f64>(b));
    const first = load<f64>(b ^ ((a ^ b) & (0 - firstIsA)));
    a += firstIsA << 3;
    b += 8 - (firstIsA << 3);
    const secondIsA = <usize>(load<f64>(a) <= load<f64>(b));
    const second = load<f64>(b ^ ((a ^ b) & (0 - secondIsA)));
    a += secondIsA << 3;
    b += 8 - (secondIsA << 3);
    store<f64>(to, offset == 0 ? first : second);
    to += 8;
  }
}

/**
 * Against the error that has piled up; when there is none, by a mixed bit, which no data foresee.
 */
function chooseOffset(column: usize, level: u32): u32 {
  const overcount = load<f64>(column, OVERCOUNT);
  const undercount = load<f64>(column, UNDERCOUNT);
  if (overcount != undercount) return overcount < undercount ? 0 : 1;
  let mixed = (<u32>overcount + 1) * 0x9e3779b1 ^ ((level + 1) * 0x85ebca6b);
  mixed = (mixed ^ (mixed >> 15)) * 0x2c1b3c6d;
  mixed = (mixed ^ (mixed >> 12)) * 0x297a2d39;
  return (mixed ^ (mixed >> 15)) & 1;
}
