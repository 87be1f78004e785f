import { type Interval, NORMAL_QUANTILE_975 } from "../stats/interval.ts";
import { midranks } from "../stats/midranks.ts";

export interface AreaUnderRoc {
  readonly value: number;
  /** DeLong's; null with fewer than two rows of a class, which have no variance. */
  readonly interval: Interval | null;
}

/**
 * Area under the ROC curve with DeLong's 95 % interval.
 *
 * The chance that a positive row scores above a negative one, ties counting half. The interval is
 * clipped to [0, 1]; perfect separation gives [1, 1], as every implementation of DeLong's.
 *
 * @param scores finite; higher means positive
 * @param labels 0 or 1, as many
 * @returns null when only one class is there: the area is then undefined
 * @throws RangeError when a score is not finite or the lengths differ
 *
 * Cost: O(n log n).
 * Source: Sun & Xu 2014, doi:10.1109/LSP.2014.2337313.
 * Golden: sklearn.metrics.roc_auc_score; pROC::ci.auc(method = "delong").
 */
export function areaUnderRoc(scores: Float64Array, labels: Uint8Array): AreaUnderRoc | null {
  if (scores.length !== labels.length) {
    throw new RangeError(`scores: ${scores.length} values: must be as many as labels`);
  }
  const positives = scores.filter((_, row) => labels[row] === 1);
  const negatives = scores.filter((_, row) => labels[row] !== 1);
  const [m, n] = [positives.length, negatives.length];
  if (m === 0 || n === 0) return null;
  const all = new Float64Array(m + n);
  all.set(positives);
  all.set(negatives, m);
  const ranks = midranks(all);
  // How far each row's rank exceeds that among its own class: the rows of the other class below it.
  const belowPositive = differences(ranks.subarray(0, m), midranks(positives), n);
  const belowNegative = differences(ranks.subarray(m), midranks(negatives), m);
  const value = mean(belowPositive);
  if (m < 2 || n < 2) return { value, interval: null };
  const half =
    NORMAL_QUANTILE_975 * Math.sqrt(variance(belowPositive) / m + variance(belowNegative) / n);
  const interval: Interval = {
    lower: Math.max(0, value - half),
    upper: Math.min(1, value + half),
    method: "delong",
  };
  return { value, interval };
}

function differences(among: Float64Array, own: Float64Array, otherCount: number): Float64Array {
  return own.map((rank, row) => (among[row]! - rank) / otherCount);
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Of a sample: divided by n − 1, as DeLong. */
function variance(values: Float64Array): number {
  const centre = mean(values);
  return values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1);
}
