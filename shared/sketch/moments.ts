import {
  addDoubleDouble,
  type DoubleDouble,
  divideByCount,
  multiplyExactly,
  ZERO,
} from "../stats/double-double.ts";

/**
 * Count, sum, spread and range of a set of numbers, as a mergeable state.
 *
 * The sum is a double-double, so that it is right to the last digit in whatever order and grouping
 * the numbers came, and the mean that is read from it too. Beyond the range of doubles the sum and
 * `m2` are infinite, never NaN; deviations below 1e-154 have no square left in `m2`.
 */
export interface Moments {
  readonly count: number;
  /** The sum, rounded to a double. */
  readonly sum: number;
  /** What the rounding of `sum` lost. */
  readonly sumLow: number;
  /** Sum of squared deviations from the mean. */
  readonly m2: number;
  /** +Infinity while empty. */
  readonly min: number;
  /** -Infinity while empty. */
  readonly max: number;
}

export const emptyMoments: Moments = Object.freeze({
  count: 0,
  sum: 0,
  sumLow: 0,
  m2: 0,
  min: Number.POSITIVE_INFINITY,
  max: Number.NEGATIVE_INFINITY,
});

/** The moments of finite numbers. Cost: two passes. */
export function momentsOf(values: ArrayLike<number>): Moments {
  return momentsOfWeighted(Array.from(values, (value) => [value, 1] as const));
}

/**
 * The moments of finite numbers that each occur `count` times.
 *
 * Accuracy: `m2` by the corrected two-pass algorithm (Chan, Golub, LeVeque 1983,
 * doi:10.1080/00031305.1983.10483115), so a constant set has exactly none.
 */
export function momentsOfWeighted(
  entries: Iterable<readonly [value: number, count: number]>,
): Moments {
  const pairs = [...entries].filter(([, count]) => count > 0);
  if (pairs.length === 0) return emptyMoments;
  let [count, min, max] = [0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let total: DoubleDouble = ZERO;
  for (const [value, times] of pairs) {
    count += times;
    total = addDoubleDouble(total, multiplyExactly(value, times));
    if (value < min) min = value;
    if (value > max) max = value;
  }
  const mean = divideByCount(total, count);
  let [squares, deviations] = [0, 0];
  for (const [value, times] of pairs) {
    const deviation = value - mean.high - mean.low;
    squares += deviation * deviation * times;
    deviations += deviation * times;
  }
  const m2 = finiteOrInfinite(squares - (deviations * deviations) / count);
  return { count, sum: total.high, sumLow: total.low, m2: Math.max(0, m2), min, max };
}

/**
 * The moments of two sets together.
 *
 * Source: Chan, Golub, LeVeque 1979, STAN-CS-79-773, formula 2.1 (the merge of `m2`).
 */
export function mergeMoments(a: Moments, b: Moments): Moments {
  if (a.count === 0) return b;
  if (b.count === 0) return a;
  const count = a.count + b.count;
  const [meanA, meanB] = [divideByCount(sumOf(a), a.count), divideByCount(sumOf(b), b.count)];
  // Where values are large and close together, doubles alone would lose what the means differ by.
  const delta = meanB.high - meanA.high + (meanB.low - meanA.low);
  const between = delta * delta * ((a.count * b.count) / count);
  const total = addDoubleDouble(sumOf(a), sumOf(b));
  return {
    count,
    sum: total.high,
    sumLow: total.low,
    m2: finiteOrInfinite(a.m2 + b.m2 + between),
    min: Math.min(a.min, b.min),
    max: Math.max(a.max, b.max),
  };
}

/** @throws RangeError without values */
export function meanOf(moments: Moments): number {
  return divideByCount(sumOf(moments), moments.count).high;
}

/**
 * Population standard deviation (divided by n), as Model Monitor's `std_dev`.
 *
 * @throws RangeError without values
 */
export function populationStdDev(moments: Moments): number {
  if (moments.count === 0) {
    throw new RangeError("standard deviation: no values: at least one is needed");
  }
  return Math.sqrt(moments.m2 / moments.count);
}

function sumOf(moments: Moments): DoubleDouble {
  return { high: moments.sum, low: moments.sumLow };
}

function finiteOrInfinite(value: number): number {
  return Number.isNaN(value) ? Number.POSITIVE_INFINITY : value;
}
