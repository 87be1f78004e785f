import {
  BLOCK,
  BLOCK_COUNT,
  MAXIMUM,
  MINIMUM,
  NUMBER_COUNT,
  REGISTERS,
  SAMPLE_TURN,
  SQUARES,
  SUM,
  SUM_LOW,
} from "./column";
import { hashNumber, touchRegister } from "./distinct";
import { addSample } from "./levels";
import { allocate } from "./memory";
import { BLOCK_VALUES, SAMPLE_LEVEL, sampleBlock } from "./sample";
import { sortValues } from "./sort";

/** Adds a number to its column's block. */
export function pushValue(column: usize, number: f64): void {
  let block: usize = load<u32>(column, BLOCK);
  if (block == 0) {
    block = allocate(BLOCK_VALUES * 8);
    store<u32>(column, <u32>block, BLOCK);
  }
  const count = load<u32>(column, BLOCK_COUNT);
  store<f64>(block + (count << 3), number);
  store<u32>(column, count + 1, BLOCK_COUNT);
  if (count + 1 == BLOCK_VALUES) emptyBlock(column, block);
}

/** Moves a full block's values to the column's states. */
function emptyBlock(column: usize, block: usize): void {
  addToStates(column, block, BLOCK_VALUES);
  handOnSample(column, block);
  store<u32>(column, 0, BLOCK_COUNT);
}

/** At the column's end: leaves its last values sorted in the block, for the host to take. */
export function finishBlock(column: usize): void {
  const count = load<u32>(column, BLOCK_COUNT);
  if (count == 0) return;
  const block: usize = load<u32>(column, BLOCK);
  addToStates(column, block, count);
  sortValues(block, count);
}

/** Adds a block to the moments and to the distinct count. */
function addToStates(column: usize, block: usize, count: u32): void {
  mergeMoments(column, block, count);
  const registers: usize = load<u32>(column, REGISTERS);
  const end = block + (count << 3);
  for (let at = block; at < end; at += 8) touchRegister(registers, hashNumber(load<f64>(at)));
}

/** The middle of each eight is its fourth or fifth value, in turn, so that no error piles up. */
function handOnSample(column: usize, block: usize): void {
  const turn = load<u32>(column, SAMPLE_TURN);
  store<u32>(column, turn ^ 1, SAMPLE_TURN);
  const offset = (1 << (SAMPLE_LEVEL - 1)) - 1 + turn;
  sampleBlock(column, block, blockMinimum, blockMaximum, offset);
  addSample(column, block, offset);
}

let blockMinimum: f64 = 0;
let blockMaximum: f64 = 0;

/**
 * The block's own moments, merged into the column's: the sum as a double-double, the squares by
 * Chan, Golub and LeVeque (STAN-CS-79-773, formula 2.1).
 */
function mergeMoments(column: usize, block: usize, count: u32): void {
  const end = block + (count << 3);
  let sum: f64 = 0;
  let lost: f64 = 0;
  let minimum = load<f64>(block);
  let maximum = minimum;
  for (let at = block; at < end; at += 8) {
    const number = load<f64>(at);
    minimum = min(minimum, number);
    maximum = max(maximum, number);
    const next = sum + number;
    const part = next - sum;
    lost += sum - (next - part) + (number - part);
    sum = next;
  }
  blockMinimum = minimum;
  blockMaximum = maximum;
  const mean = (sum + lost) / <f64>count;
  let squares: f64 = 0;
  let deviations: f64 = 0;
  for (let at = block; at < end; at += 8) {
    const deviation = load<f64>(at) - mean;
    squares += deviation * deviation;
    deviations += deviation;
  }
  squares -= (deviations * deviations) / <f64>count;
  const before = load<f64>(column, NUMBER_COUNT);
  const total = before + <f64>count;
  if (before != 0) {
    const shift = mean - (load<f64>(column, SUM) + load<f64>(column, SUM_LOW)) / before;
    squares += shift * shift * ((before / total) * <f64>count) + load<f64>(column, SQUARES);
  }
  store<f64>(column, total, NUMBER_COUNT);
  store<f64>(column, squares == squares ? max(0, squares) : Infinity, SQUARES);
  store<f64>(column, min(minimum, load<f64>(column, MINIMUM)), MINIMUM);
  store<f64>(column, max(maximum, load<f64>(column, MAXIMUM)), MAXIMUM);
  addSum(column, sum, lost);
}

/**
 * Adds a double-double to the column's sum; beyond the range of doubles it is infinite, never NaN.
 */
function addSum(column: usize, sum: f64, lost: f64): void {
  const before = load<f64>(column, SUM);
  let high = before + sum;
  let low: f64 = 0;
  if (abs(high) < Infinity) {
    const part = high - before;
    low = before - (high - part) + (sum - part) + load<f64>(column, SUM_LOW) + lost;
    const joined = high + low;
    low -= joined - high;
    high = joined;
  } else if (high != high) high = Infinity;
  store<f64>(column, high, SUM);
  store<f64>(column, abs(high) < Infinity ? low : 0, SUM_LOW);
}
