import type { KllSketch } from "./kll.ts";

/** A sketch as one ascending list: where the curve of ranks steps, and how far up. */
export interface RankCurve {
  /** Distinct values, ascending. */
  readonly values: Float64Array;
  /** Estimated number of values ≤ values[i] (inclusive rank). */
  readonly ranks: Float64Array;
}

/** Which values equal to the asked one count: all of them, or none. */
export type RankKind = "inclusive" | "exclusive";

/** All items of all levels with their cumulated weights. Cost: O(items · levels). */
export function rankCurve({ levels }: KllSketch): RankCurve {
  const itemCount = levels.reduce((sum, items) => sum + items.length, 0);
  let merged = { values: new Float64Array(itemCount), weights: new Float64Array(itemCount) };
  let spare = { values: new Float64Array(itemCount), weights: new Float64Array(itemCount) };
  let mergedCount = 0;
  // From the top: its levels are the short ones where counts were exact.
  for (let level = levels.length - 1; level >= 0; level--) {
    const items = levels[level]!;
    if (items.length === 0) continue;
    mergeLevel({ ...merged, count: mergedCount }, items, 2 ** level, spare);
    [merged, spare] = [spare, merged];
    mergedCount += items.length;
  }
  return cumulate(merged.values, merged.weights);
}

/** Estimated number of values ≤ (inclusive) or < (exclusive) `value`. */
export function rank(sketch: KllSketch, value: number, kind: RankKind): number {
  let total = 0;
  sketch.levels.forEach((items, level) => {
    total += countBelow(items, value, kind) * 2 ** level;
  });
  return total;
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

interface WeightedItems {
  readonly values: Float64Array;
  readonly weights: Float64Array;
}

/** Writes into `target` the first `count` values and the items of one level, ascending. */
function mergeLevel(
  { values, weights, count }: WeightedItems & { readonly count: number },
  items: Float64Array,
  weight: number,
  target: WeightedItems,
): void {
  let [i, j, out] = [0, 0, 0];
  while (i < count || j < items.length) {
    if (j >= items.length || (i < count && values[i]! <= items[j]!)) {
      target.values[out] = values[i]!;
      target.weights[out++] = weights[i++]!;
    } else {
      target.values[out] = items[j++]!;
      target.weights[out++] = weight;
    }
  }
}

/** Ascending items to the steps of their curve, in place. */
function cumulate(values: Float64Array, weights: Float64Array): RankCurve {
  let [last, cumulated] = [-1, 0];
  for (let i = 0; i < values.length; i++) {
    cumulated += weights[i]!;
    if (last < 0 || values[last] !== values[i]) values[++last] = values[i]!;
    weights[last] = cumulated;
  }
  return { values: values.subarray(0, last + 1), ranks: weights.subarray(0, last + 1) };
}
