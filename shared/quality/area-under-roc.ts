import { type Interval, NORMAL_QUANTILE_975 } from "../stats/interval.ts";
import { countsByScore, type ScoreCounts } from "./counts-by-score.ts";

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
 * Cost: O(n), one sort; ranks within each class need none of their own.
 * Source: Sun & Xu 2014, doi:10.1109/LSP.2014.2337313.
 * Golden: sklearn.metrics.roc_auc_score; pROC::ci.auc(method = "delong").
 */
export function areaUnderRoc(scores: Float64Array, labels: Uint8Array): AreaUnderRoc | null {
  const counts = countsByScore(scores, labels);
  const m = sum(counts.positives);
  const n = sum(counts.negatives);
  if (m === 0 || n === 0) return null;
  const ofPositives = sharesBelow(counts.negatives, n);
  const value = meanOf(ofPositives, counts.positives, m);
  if (m < 2 || n < 2) return { value, interval: null };
  const ofNegatives = sharesBelow(counts.positives, m);
  const half =
    NORMAL_QUANTILE_975 *
    Math.sqrt(
      varianceOf(ofPositives, counts.positives, m) / m +
        varianceOf(ofNegatives, counts.negatives, n) / n,
    );
  const interval: Interval = {
    lower: Math.max(0, value - half),
    upper: Math.min(1, value + half),
    method: "delong",
  };
  return { value, interval };
}

/** Of a class, the share that scores below each score, ties counting half. */
function sharesBelow(counts: ScoreCounts["positives"], total: number): Float64Array {
  let above = total;
  // Scores come highest first.
  return counts.map((count) => {
    above -= count;
    return (above + count / 2) / total;
  });
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}

function meanOf(values: Float64Array, counts: Float64Array, total: number): number {
  return values.reduce((mass, value, index) => mass + value * counts[index]!, 0) / total;
}

/** Of a sample: divided by n − 1, as DeLong. */
function varianceOf(values: Float64Array, counts: Float64Array, total: number): number {
  const mean = meanOf(values, counts, total);
  const squares = values.reduce(
    (mass, value, index) => mass + counts[index]! * (value - mean) ** 2,
    0,
  );
  return squares / (total - 1);
}
