import type { RegressionRows } from "./labelled-rows.ts";
import { requireSameLength } from "./labelled-rows.ts";

/** null where a metric is undefined. */
export interface RegressionMetrics {
  readonly mae: number | null;
  readonly mse: number | null;
  readonly rmse: number | null;
  /** 1 less the squared error over the squares of the labels around their mean. */
  readonly r2: number | null;
  /** Model Monitor's: over the squares of the *predictions* around theirs. */
  readonly r2_swapped: number | null;
  /** Mean absolute error as a fraction of the label; undefined when a label is 0. */
  readonly mape: number | null;
}

/**
 * Error metrics of weighted rows.
 *
 * `r2_swapped` is what Model Monitor calls r2: it hands Spark labels and predictions the wrong way
 * round. A model that always says the same has no such r2, a perfect one has 1 either way.
 *
 * @param weights ≥ 0, absent means each row once
 * @throws RangeError when a value is not finite or the lengths differ
 *
 * Golden: sklearn.metrics.{mean_absolute_error,mean_squared_error,r2_score,
 * mean_absolute_percentage_error}.
 */
export function regressionMetrics(
  { labels, predictions }: RegressionRows,
  weights?: Float64Array,
): RegressionMetrics {
  requireSameLength("predictions", predictions.length, labels.length);
  const sums = { weight: 0, absolute: 0, squared: 0, relative: 0, label: 0, prediction: 0 };
  for (let row = 0; row < labels.length; row += 1) {
    const weight = weights === undefined ? 1 : weights[row]!;
    if (weight === 0) continue;
    const [label, prediction] = [labels[row]!, predictions[row]!];
    const error = Math.abs(label - prediction);
    if (!Number.isFinite(error)) {
      throw new RangeError(`row ${row}: ${label} and ${prediction}: must be finite`);
    }
    sums.weight += weight;
    sums.absolute += weight * error;
    sums.squared += weight * error * error;
    sums.relative += weight * (error / Math.abs(label));
    sums.label += weight * label;
    sums.prediction += weight * prediction;
  }
  const total = sums.weight;
  if (total === 0) {
    return { mae: null, mse: null, rmse: null, r2: null, r2_swapped: null, mape: null };
  }
  const mse = sums.squared / total;
  return {
    mae: sums.absolute / total,
    mse,
    rmse: Math.sqrt(mse),
    r2: explained(sums.squared, labels, sums.label / total, weights),
    r2_swapped: explained(sums.squared, predictions, sums.prediction / total, weights),
    mape: Number.isFinite(sums.relative) ? sums.relative / total : null,
  };
}

/** null when the values do not vary; a mean of equal values may be an ulp off, so that is asked first. */
function explained(
  squaredError: number,
  values: Float64Array,
  mean: number,
  weights?: Float64Array,
): number | null {
  let [squares, least, greatest] = [0, Infinity, -Infinity];
  for (let row = 0; row < values.length; row += 1) {
    const weight = weights === undefined ? 1 : weights[row]!;
    if (weight === 0) continue;
    const value = values[row]!;
    squares += weight * (value - mean) ** 2;
    least = Math.min(least, value);
    greatest = Math.max(greatest, value);
  }
  return least === greatest || squares === 0 ? null : 1 - squaredError / squares;
}
