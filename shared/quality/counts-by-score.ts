import { ascendingOrder } from "../stats/ascending-order.ts";

/** How many rows of each class have each distinct score, highest score first. */
export interface ScoreCounts {
  readonly positives: Float64Array;
  readonly negatives: Float64Array;
}

/** @throws RangeError when a score is not finite or there are not as many labels */
export function countsByScore(scores: Float64Array, labels: Uint8Array): ScoreCounts {
  if (scores.length !== labels.length) {
    const counts = `${scores.length} scores, ${labels.length} labels`;
    throw new RangeError(`${counts}: must be as many`);
  }
  const order = ascendingOrder(scores);
  const positives = new Float64Array(scores.length);
  const negatives = new Float64Array(scores.length);
  let distinct = 0;
  let score = Number.NaN;
  for (let at = order.length - 1; at >= 0; at -= 1) {
    const row = order[at]!;
    if (scores[row] !== score) {
      score = scores[row]!;
      distinct += 1;
    }
    if (labels[row] === 1) positives[distinct - 1]! += 1;
    else negatives[distinct - 1]! += 1;
  }
  return { positives: positives.slice(0, distinct), negatives: negatives.slice(0, distinct) };
}
