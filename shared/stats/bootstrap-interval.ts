import normalCdf from "@stdlib/stats-base-dists-normal-cdf";
import normalQuantile from "@stdlib/stats-base-dists-normal-quantile";
import { CONFIDENCE, type Interval } from "./interval.ts";

const TAIL = (1 - CONFIDENCE) / 2;

/**
 * 95 % interval from the metric's values on resamples, bias-corrected and accelerated (BCa).
 *
 * Where BCa is undefined (no spread in the resamples or the jackknife, or the estimate outside them)
 * the plain percentiles stand in, and the method says so.
 *
 * @param estimate the metric on all rows
 * @param resampled its values on the resamples; at least 1, all finite
 * @param jackknifed its values with one row left out, each as often as there are such rows
 * @throws RangeError when there is no resample or a value is not finite
 *
 * Source: Efron 1987, doi:10.1080/01621459.1987.10478410; ties as scipy.
 * Golden: scipy.stats.bootstrap(method="BCa") on the same resamples.
 */
export function bcaInterval(
  estimate: number,
  resampled: Float64Array,
  jackknifed: readonly JackknifeValue[],
): Interval {
  const sorted = sortedFinite(resampled);
  const acceleration = accelerationOf(jackknifed);
  const share = (countBelow(sorted, estimate, false) + countBelow(sorted, estimate, true)) / 2;
  const bias = normalQuantile(share / sorted.length, 0, 1);
  if (acceleration === null || !Number.isFinite(bias)) return percentileInterval(resampled);
  const adjust = (tail: number): number => {
    const shifted = bias + normalQuantile(tail, 0, 1);
    return normalCdf(bias + shifted / (1 - acceleration * shifted), 0, 1);
  };
  return {
    lower: percentile(sorted, adjust(TAIL)),
    upper: percentile(sorted, adjust(1 - TAIL)),
    method: "bootstrap-bca",
  };
}

/** 95 % interval of the resamples' own percentiles. Golden: scipy.stats.bootstrap. */
export function percentileInterval(resampled: Float64Array): Interval {
  const sorted = sortedFinite(resampled);
  return {
    lower: percentile(sorted, TAIL),
    upper: percentile(sorted, 1 - TAIL),
    method: "bootstrap-percentile",
  };
}

/** The metric without one row, and how many rows give that same value. */
export interface JackknifeValue {
  readonly value: number;
  readonly count: number;
}

/** A sixth of the jackknife's skewness; null when it has no spread. */
function accelerationOf(jackknifed: readonly JackknifeValue[]): number | null {
  let total = 0;
  let sum = 0;
  for (const { value, count } of jackknifed) {
    if (!Number.isFinite(value)) throw new RangeError(`jackknife: ${value}: must be finite`);
    total += count;
    sum += value * count;
  }
  const mean = sum / total;
  let squares = 0;
  let cubes = 0;
  for (const { value, count } of jackknifed) {
    const influence = (total - 1) * (mean - value);
    squares += count * influence ** 2;
    cubes += count * influence ** 3;
  }
  const acceleration = cubes / (6 * squares ** 1.5);
  return Number.isFinite(acceleration) ? acceleration : null;
}

function sortedFinite(values: Float64Array): Float64Array {
  if (values.length === 0) throw new RangeError("bootstrap: 0 resamples: at least 1 is needed");
  const bad = values.find((value) => !Number.isFinite(value));
  if (bad !== undefined) throw new RangeError(`bootstrap: resample ${bad}: must be finite`);
  return values.toSorted();
}

function countBelow(sorted: Float64Array, limit: number, orEqual: boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const value = sorted[middle]!;
    if (value < limit || (orEqual && value === limit)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Linear between order statistics: R's type 7 and numpy's default. */
function percentile(sorted: Float64Array, fraction: number): number {
  const position = fraction * (sorted.length - 1);
  const below = Math.floor(position);
  const low = sorted[below]!;
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return low + (high - low) * (position - below);
}
