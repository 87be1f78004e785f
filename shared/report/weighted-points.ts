import type { NumericalStatistics } from "../contracts/statistics-file.ts";

/** A sample: its distinct values, ascending, and the fraction of values at or below each. */
export interface WeightedPoints {
  readonly values: readonly number[];
  readonly cumulativeFractions: readonly number[];
  /** Of the sample itself: a sketch need not have kept its ends. */
  readonly min: number;
  readonly max: number;
}

/** The sample that a quantile sketch stands for; null where the statistics carry none. */
export function readWeightedPoints(
  statistics: NumericalStatistics | undefined,
): WeightedPoints | null {
  const levels = statistics?.distribution?.kll.sketch.data;
  if (levels === undefined) return null;
  const items: { value: number; weight: number }[] = [];
  for (const [level, values] of levels.entries()) {
    for (const value of values) items.push({ value, weight: 2 ** level });
  }
  if (items.length === 0) return null;
  items.sort((a, b) => a.value - b.value);
  const total = items.reduce((sum, item) => sum + item.weight, 0);
  const values: number[] = [];
  const cumulativeFractions: number[] = [];
  let cumulative = 0;
  for (const { value, weight } of items) {
    cumulative += weight;
    if (values.at(-1) === value) cumulativeFractions.pop();
    else values.push(value);
    cumulativeFractions.push(cumulative / total);
  }
  return { values, cumulativeFractions, ...endsOf(statistics, values) };
}

function endsOf(
  statistics: NumericalStatistics | undefined,
  values: readonly number[],
): { min: number; max: number } {
  const { min = Number.NaN, max = Number.NaN } = statistics ?? {};
  const [first = 0] = values;
  const last = values.at(-1) ?? 0;
  return { min: min <= first ? min : first, max: max >= last ? max : last };
}

/** Fraction of the sample at or below `x`. */
export function fractionAtOrBelow(points: WeightedPoints, x: number): number {
  let low = 0;
  let high = points.values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((points.values[middle] ?? 0) <= x) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? 0 : (points.cumulativeFractions[low - 1] ?? 0);
}

/** The least value with at least the given fraction of the sample at or below it. */
export function quantileOf(points: WeightedPoints, fraction: number): number {
  const index = points.cumulativeFractions.findIndex((cumulative) => cumulative >= fraction);
  return points.values[index === -1 ? points.values.length - 1 : index] ?? 0;
}

/** Where the two cumulative distributions lie farthest apart, and by how much. */
export interface WidestGap {
  readonly value: number;
  readonly baselineFraction: number;
  readonly windowFraction: number;
}

export function findWidestGap(baseline: WeightedPoints, window: WeightedPoints): WidestGap {
  let widest: WidestGap = { value: 0, baselineFraction: 0, windowFraction: 0 };
  let [inBaseline, inWindow] = [0, 0];
  while (inBaseline < baseline.values.length || inWindow < window.values.length) {
    const value = Math.min(
      baseline.values[inBaseline] ?? Number.POSITIVE_INFINITY,
      window.values[inWindow] ?? Number.POSITIVE_INFINITY,
    );
    if (baseline.values[inBaseline] === value) inBaseline += 1;
    if (window.values[inWindow] === value) inWindow += 1;
    const baselineFraction = baseline.cumulativeFractions[inBaseline - 1] ?? 0;
    const windowFraction = window.cumulativeFractions[inWindow - 1] ?? 0;
    if (
      Math.abs(baselineFraction - windowFraction) >
      Math.abs(widest.baselineFraction - widest.windowFraction)
    ) {
      widest = { value, baselineFraction, windowFraction };
    }
  }
  return widest;
}
