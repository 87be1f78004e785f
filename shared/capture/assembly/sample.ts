import { KEYS_BY_BITS } from "./column";
import { allocate } from "./memory";
import { FEW, keyOf, sortPiece } from "./sort";

// Every eighth value of a block in order of size, without sorting it: the values go to as many
// buckets as there are values, and only the buckets that hold a wanted rank are sorted.

export const BLOCK_VALUES: u32 = 4096;
export const SAMPLE_LEVEL: u32 = 3;
export const SAMPLE_VALUES: u32 = BLOCK_VALUES >> SAMPLE_LEVEL;

/** Added to a number below 2^32, it leaves the nearest whole number in the low bits of the sum. */
const ROUNDER: f64 = 4503599627370496;
/** Values in crowded buckets at which a column's next block is distributed the other way. */
const CROWDED: u32 = BLOCK_VALUES >> 2;

let bucketsAt: usize = 0;
let placesAt: usize = 0;
let orderedAt: usize = 0;

export function prepareSample(): void {
  // One entry before the first: the end of no bucket.
  bucketsAt = allocate(<usize>(BLOCK_VALUES + 8) * 2) + 16;
  placesAt = allocate(<usize>BLOCK_VALUES * 2);
  orderedAt = allocate(<usize>BLOCK_VALUES * 8);
}

/** Replaces the front of a full block by its values of rank `offset`, `offset + 8`, and so on. */
export function sampleBlock(
  column: usize,
  block: usize,
  minimum: f64,
  maximum: f64,
  offset: u32,
): void {
  const byBits = load<u32>(column, KEYS_BY_BITS) != 0;
  const least = keyOf(minimum, byBits);
  const scale = <f64>(BLOCK_VALUES - 1) / (keyOf(maximum, byBits) - least);
  if (!(scale > 0 && scale < Infinity)) {
    // All equal, or a range beyond doubles: the other keys have none of that, or a sort decides.
    sortPiece(block, BLOCK_VALUES, 0);
    for (let rank: u32 = 0; rank < SAMPLE_VALUES; rank++) {
      store<f64>(block + (rank << 3), load<f64>(block + ((offset + (rank << SAMPLE_LEVEL)) << 3)));
    }
    return;
  }
  memory.fill(bucketsAt - 16, 0, <usize>(BLOCK_VALUES + 8) * 2);
  if (byBits) placeByBits(block, least, scale);
  else placeByValue(block, least, scale);
  scatter(block);
  const crowded = takeRanks(block, offset, byBits, least, scale);
  if (crowded > CROWDED) store<u32>(column, <u32>!byBits, KEYS_BY_BITS);
}

function count(place: u32, index: u32): void {
  store<u16>(placesAt + (index << 1), <u16>place);
  const bucket = bucketsAt + (place << 1);
  store<u16>(bucket, load<u16>(bucket) + 1);
}

function placeByValue(block: usize, least: f64, scale: f64): void {
  const leasts = f64x2.splat(least);
  const scales = f64x2.splat(scale);
  const rounders = f64x2.splat(ROUNDER);
  for (let index: u32 = 0; index < BLOCK_VALUES; index += 2) {
    const distances = f64x2.sub(v128.load(block + (index << 3)), leasts);
    const places = f64x2.add(f64x2.mul(distances, scales), rounders);
    count(i32x4.extract_lane(places, 0), index);
    count(i32x4.extract_lane(places, 2), index + 1);
  }
}

function placeByBits(block: usize, least: f64, scale: f64): void {
  for (let index: u32 = 0; index < BLOCK_VALUES; index++) {
    count(placeOf(load<f64>(block + (index << 3)), true, least, scale), index);
  }
}

function placeOf(number: f64, byBits: bool, least: f64, scale: f64): u32 {
  return <u32>reinterpret<i64>((keyOf(number, byBits) - least) * scale + ROUNDER);
}

/**
 * Turns counts into starts and moves each value to its bucket; the starts become ends on the way.
 */
function scatter(block: usize): void {
  let before: u32 = 0;
  const last = bucketsAt + (BLOCK_VALUES << 1);
  for (let bucket = bucketsAt; bucket < last; bucket += 8) {
    const four = load<u64>(bucket);
    const first = before + <u32>(four & 0xffff);
    const second = first + <u32>((four >> 16) & 0xffff);
    const third = second + <u32>((four >> 32) & 0xffff);
    const starts = <u64>before | (<u64>first << 16) | (<u64>second << 32) | (<u64>third << 48);
    store<u64>(bucket, starts);
    before = third + <u32>(four >> 48);
  }
  for (let index: u32 = 0; index < BLOCK_VALUES; index++) {
    const bucket = bucketsAt + (<usize>load<u16>(placesAt + (index << 1)) << 1);
    const place: u32 = load<u16>(bucket);
    store<u16>(bucket, <u16>(place + 1));
    store<f64>(orderedAt + (place << 3), load<f64>(block + (index << 3)));
  }
}

/** Returns how many values stood in buckets that were too full for a simple sort. */
function takeRanks(block: usize, offset: u32, byBits: bool, least: f64, scale: f64): u32 {
  let crowded: u32 = 0;
  let sortedEnd: u32 = 0;
  for (let rank = offset; rank < BLOCK_VALUES; rank += 1 << SAMPLE_LEVEL) {
    if (rank >= sortedEnd) {
      const place = placeOf(load<f64>(orderedAt + (rank << 3)), byBits, least, scale);
      const bucket = bucketsAt + (place << 1);
      const start: u32 = place == 0 ? 0 : load<u16>(bucket - 2);
      const size = <u32>load<u16>(bucket) - start;
      sortedEnd = start + size;
      if (size > 1) sortPiece(orderedAt + (start << 3), size, 0);
      if (size > FEW) crowded += size;
    }
    const to = block + ((rank >> SAMPLE_LEVEL) << 3);
    store<f64>(to, load<f64>(orderedAt + (rank << 3)));
  }
  return crowded;
}
