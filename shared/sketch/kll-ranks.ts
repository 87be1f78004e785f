import type { KllSketch } from "./kll.ts";

/** A sketch as one ascending list: where the curve of ranks steps, and how far up. */
export interface RankCurve {
  /** Distinct values, ascending. */
  readonly values: Float64Array;
  /** Estimated number of values ≤ values[i] (inclusive rank). */
  readonly ranks: Float64Array;
}

export interface RankBounds {
  readonly lower: number;
  readonly estimate: number;
  readonly upper: number;
}

/** Which values equal to the asked one count: all of them, or none. */
export type RankKind = "inclusive" | "exclusive";

/** All items of all levels with their cumulated weights. Cost: O(items · log levels). */
export function rankCurve(sketch: KllSketch): RankCurve {
  let runs = sketch.levels.flatMap((items, level) => (items.length ? [runOf(items, level)] : []));
  while (runs.length > 1) {
    const merged: RankCurve[] = [];
    for (let i = 0; i < runs.length; i += 2) {
      merged.push(i + 1 < runs.length ? mergeRuns(runs[i]!, runs[i + 1]!) : runs[i]!);
    }
    runs = merged;
  }
  return runs[0] ?? { values: new Float64Array(0), ranks: new Float64Array(0) };
}

/** Estimated number of values ≤ (inclusive) or < (exclusive) `value`. */
export function rank(sketch: KllSketch, value: number, kind: RankKind): number {
  let total = 0;
  sketch.levels.forEach((items, level) => {
    total += countBelow(items, value, kind) * 2 ** level;
  });
  return total;
}

/** The estimated rank between the least and the greatest that it can be. */
export function rankBounds(sketch: KllSketch, value: number, kind: RankKind): RankBounds {
  const estimate = rank(sketch, value, kind);
  return {
    lower: Math.max(0, estimate - sketch.overcount),
    estimate,
    upper: Math.min(sketch.count, estimate + sketch.undercount),
  };
}

/**
 * Estimated fraction of values ≤ `value`.
 *
 * @throws RangeError when the sketch is empty
 */
export function cdf(sketch: KllSketch, value: number): number {
  refuseEmpty(sketch);
  return rank(sketch, value, "inclusive") / sketch.count;
}

/**
 * The least retained value whose inclusive rank reaches `fraction` of the count: the inverse of the
 * estimated distribution function (numpy's method `inverted_cdf`). Fraction 0 gives the least value.
 *
 * @throws RangeError when the sketch is empty or the fraction is not in [0, 1]
 */
export function quantile(sketch: KllSketch, fraction: number): number {
  refuseEmpty(sketch);
  if (!(fraction >= 0 && fraction <= 1)) {
    throw new RangeError(`quantile: fraction ${fraction}: must be in [0, 1]`);
  }
  const { values, ranks } = rankCurve(sketch);
  const target = fraction * sketch.count;
  let [low, high] = [0, values.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ranks[middle]! >= target) high = middle;
    else low = middle + 1;
  }
  return values[low]!;
}

function refuseEmpty(sketch: KllSketch): void {
  if (sketch.count === 0) throw new RangeError("KLL: no values: at least one is needed");
}

/** Items below `value` in an ascending array, by bisection. */
function countBelow(items: Float64Array, value: number, kind: RankKind): number {
  let [low, high] = [0, items.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const below = kind === "inclusive" ? items[middle]! <= value : items[middle]! < value;
    if (below) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** One level as a curve: its distinct values and the weight up to each. */
function runOf(items: Float64Array, level: number): RankCurve {
  const weight = 2 ** level;
  const values = new Float64Array(items.length);
  const ranks = new Float64Array(items.length);
  let last = -1;
  for (let i = 0; i < items.length; i++) {
    if (last < 0 || values[last] !== items[i]) values[++last] = items[i]!;
    ranks[last] = (i + 1) * weight;
  }
  return { values: values.subarray(0, last + 1), ranks: ranks.subarray(0, last + 1) };
}

/** The sum of two step functions. */
function mergeRuns(a: RankCurve, b: RankCurve): RankCurve {
  const [aCount, bCount] = [a.values.length, b.values.length];
  const values = new Float64Array(aCount + bCount);
  const ranks = new Float64Array(aCount + bCount);
  let [i, j, out, aRank, bRank] = [0, 0, 0, 0, 0];
  while (i < aCount || j < bCount) {
    const x = i < aCount ? a.values[i]! : Number.POSITIVE_INFINITY;
    const y = j < bCount ? b.values[j]! : Number.POSITIVE_INFINITY;
    const value = x < y ? x : y;
    if (x === value && i < aCount) aRank = a.ranks[i++]!;
    if (y === value && j < bCount) bRank = b.ranks[j++]!;
    values[out] = value;
    ranks[out++] = aRank + bRank;
  }
  return { values: values.subarray(0, out), ranks: ranks.subarray(0, out) };
}
