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
  const weights = new Map<number, number>();
  let total = 0;
  for (const [level, items] of levels.entries()) {
    for (const item of items) weights.set(item, (weights.get(item) ?? 0) + 2 ** level);
    total += items.length * 2 ** level;
  }
  if (total === 0) return null;
  // Sorts by number, which an array would do by text or by a slow comparison.
  const values = [...Float64Array.from(weights.keys()).sort()];
  let cumulative = 0;
  const cumulativeFractions = values.map((value) => {
    cumulative += weights.get(value) ?? 0;
    return cumulative / total;
  });
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
