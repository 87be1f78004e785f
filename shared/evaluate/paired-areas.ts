import { requireSameLength } from "../quality/labelled-rows.ts";
import { ascendingOrder } from "../stats/ascending-order.ts";

export interface PairedAreas {
  readonly champion: number;
  readonly challenger: number;
  /** Variance of the difference of the two areas; null with fewer than two rows of a class. */
  readonly variance: number | null;
}

/**
 * Areas under two ROC curves of the same rows, and the variance of their difference by DeLong.
 *
 * Both models see the same rows, so their areas go up and down together: the covariance is taken off,
 * which two separate intervals could not do.
 *
 * @param champion scores, finite; higher means positive
 * @param challenger scores of the same rows
 * @param labels 0 or 1, as many
 * @returns null when only one class is there: an area is then undefined
 * @throws RangeError when a score is not finite or the lengths differ
 *
 * Cost: O(n), two sorts.
 * Source: DeLong, DeLong & Clarke-Pearson 1988, doi:10.2307/2531595; ranks as Sun & Xu 2014,
 * doi:10.1109/LSP.2014.2337313.
 * Golden: the definition's sum over all pairs in numpy, and pROC::roc.test(paired = TRUE).
 */
export function pairedAreas(
  champion: Float64Array,
  challenger: Float64Array,
  labels: Uint8Array,
): PairedAreas | null {
  requireSameLength("champion's scores", champion.length, labels.length);
  requireSameLength("challenger's scores", challenger.length, labels.length);
  const first = placements(champion, labels);
  const second = placements(challenger, labels);
  const positiveCount = first.ofPositives.length;
  const negativeCount = first.ofNegatives.length;
  if (positiveCount === 0 || negativeCount === 0) return null;
  const areas = { champion: mean(first.ofPositives), challenger: mean(second.ofPositives) };
  if (positiveCount < 2 || negativeCount < 2) return { ...areas, variance: null };
  const variance =
    varianceOfDifference(first.ofPositives, second.ofPositives) / positiveCount +
    varianceOfDifference(first.ofNegatives, second.ofNegatives) / negativeCount;
  return { ...areas, variance };
}

/** For each row the share of the other class that it stands on the right side of, ties half. */
interface Placements {
  readonly ofPositives: Float64Array;
  readonly ofNegatives: Float64Array;
}

function placements(scores: Float64Array, labels: Uint8Array): Placements {
  const order = ascendingOrder(scores);
  const positiveCount = labels.reduce((sum, label) => sum + label, 0);
  const negativeCount = labels.length - positiveCount;
  const shares = new Float64Array(labels.length);
  let [positivesBelow, negativesBelow] = [0, 0];
  for (let from = 0; from < order.length; ) {
    let to = from;
    let positives = 0;
    while (to < order.length && scores[order[to]!] === scores[order[from]!]) {
      positives += labels[order[to]!]!;
      to += 1;
    }
    const negatives = to - from - positives;
    for (let at = from; at < to; at += 1) {
      const row = order[at]!;
      shares[row] =
        labels[row] === 1
          ? (negativesBelow + negatives / 2) / negativeCount
          : (positiveCount - positivesBelow - positives / 2) / positiveCount;
    }
    positivesBelow += positives;
    negativesBelow += negatives;
    from = to;
  }
  return {
    ofPositives: shares.filter((_, row) => labels[row] === 1),
    ofNegatives: shares.filter((_, row) => labels[row] !== 1),
  };
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Of a sample: divided by n − 1, as DeLong. */
function varianceOfDifference(first: Float64Array, second: Float64Array): number {
  const differences = second.map((value, index) => value - first[index]!);
  const centre = mean(differences);
  return (
    differences.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (differences.length - 1)
  );
}
