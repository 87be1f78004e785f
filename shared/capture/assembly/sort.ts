import { allocate } from "./memory";

/** Blocks are sorted in pieces of at most this many values. */
const LARGEST: u32 = 4096;
/** Values that are best sorted by insertion. */
export const FEW: u32 = 24;
/**
 * Rounds of distribution before the remaining piece is sorted by a heap, whatever its values are.
 */
const ROUNDS: u32 = 8;

let copyAt: usize = 0;
let bucketsAt: usize = 0;

export function prepareSort(): void {
  copyAt = allocate(<usize>LARGEST * 8);
  // Each round needs its own bucket ends, since they are read while the buckets are sorted.
  bucketsAt = allocate(<usize>(LARGEST + 1) * 4 * (ROUNDS + 1));
}

export function sortValues(at: usize, count: u32): void {
  sortPiece(at, count, 0);
}

/**
 * Distributes by linear interpolation between the extremes into as many buckets as values, by value
 * in even rounds and by the bits of the value (its logarithm, nearly) in odd ones; most buckets
 * then hold one or two values and are done by insertion.
 */
export function sortPiece(at: usize, count: u32, round: u32): void {
  if (count <= FEW) return insertionSort(at, count);
  if (round == ROUNDS) return heapSort(at, count);
  const byBits = (round & 1) != 0;
  let minimum = keyOf(load<f64>(at), byBits);
  let maximum = minimum;
  for (let index: u32 = 1; index < count; index++) {
    const key = keyOf(load<f64>(at + (index << 3)), byBits);
    minimum = min(minimum, key);
    maximum = max(maximum, key);
  }
  if (minimum == maximum) {
    // Equal by value is sorted; equal by rounded bits need not be.
    if (byBits) heapSort(at, count);
    return;
  }
  const scale = <f64>(count - 1) / (maximum - minimum);
  if (!(scale > 0 && scale < Infinity)) return sortPiece(at, count, round + 1);
  distribute(at, count, round, minimum, scale);
}

/** Grows with the value; the bits of a double grow with its magnitude. */
export function keyOf(number: f64, byBits: bool): f64 {
  if (!byBits) return number;
  const bits = reinterpret<i64>(number);
  return bits < 0 ? -<f64>(bits & i64.MAX_VALUE) : <f64>bits;
}

function distribute(at: usize, count: u32, round: u32, minimum: f64, scale: f64): void {
  const byBits = (round & 1) != 0;
  const buckets = bucketsAt + <usize>round * (LARGEST + 1) * 4;
  memory.fill(buckets, 0, <usize>(count + 1) << 2);
  for (let index: u32 = 0; index < count; index++) {
    const key = keyOf(load<f64>(at + (index << 3)), byBits);
    const bucket = buckets + (<usize>(<i32>((key - minimum) * scale)) << 2);
    store<u32>(bucket, load<u32>(bucket) + 1);
  }
  let before: u32 = 0;
  for (let bucket: u32 = 0; bucket < count; bucket++) {
    const size = load<u32>(buckets + (bucket << 2));
    store<u32>(buckets + (bucket << 2), before);
    before += size;
  }
  memory.copy(copyAt, at, <usize>count << 3);
  for (let index: u32 = 0; index < count; index++) {
    const number = load<f64>(copyAt + (index << 3));
    const key = keyOf(number, byBits);
    const bucket = buckets + (<usize>(<i32>((key - minimum) * scale)) << 2);
    const place = load<u32>(bucket);
    store<u32>(bucket, place + 1);
    store<f64>(at + (place << 3), number);
  }
  sortBuckets(at, count, round, buckets);
}

/** After distribution each bucket's entry is its end. */
function sortBuckets(at: usize, count: u32, round: u32, buckets: usize): void {
  let start: u32 = 0;
  for (let bucket: u32 = 0; bucket < count; bucket++) {
    const end = load<u32>(buckets + (bucket << 2));
    if (end - start > FEW) {
      sortPiece(at + (start << 3), end - start, round + 1);
    }
    start = end;
  }
  // The buckets stand in order, so one pass of insertion finishes all the small ones.
  insertionSort(at, count);
}

function insertionSort(at: usize, count: u32): void {
  for (let index: u32 = 1; index < count; index++) {
    const number = load<f64>(at + (index << 3));
    let place = at + (index << 3);
    while (place > at && load<f64>(place - 8) > number) {
      store<f64>(place, load<f64>(place - 8));
      place -= 8;
    }
    store<f64>(place, number);
  }
}

function heapSort(at: usize, count: u32): void {
  for (let root = <i32>(count >> 1) - 1; root >= 0; root--) siftDown(at, <u32>root, count);
  for (let last = count - 1; last > 0; last--) {
    const greatest = load<f64>(at);
    store<f64>(at, load<f64>(at + (last << 3)));
    store<f64>(at + (last << 3), greatest);
    siftDown(at, 0, last);
  }
}

function siftDown(at: usize, root: u32, count: u32): void {
  const number = load<f64>(at + (root << 3));
  while (true) {
    let child: u32 = 2 * root + 1;
    if (child >= count) break;
    const next = at + (child << 3);
    if (child + 1 < count && load<f64>(next, 8) > load<f64>(next)) child++;
    if (load<f64>(at + (child << 3)) <= number) break;
    store<f64>(at + (root << 3), load<f64>(at + (child << 3)));
    root = child;
  }
  store<f64>(at + (root << 3), number);
}
