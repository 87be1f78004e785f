/** Of one class against the rest. */
export interface FCounts {
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly falseNegatives: number;
}

/**
 * F-score: the weighted harmonic mean of precision and recall; recall counts beta times as much.
 *
 * One division of exact numbers, so that counts of one score give one and the same number: the
 * bootstrap's bias correction counts ties.
 *
 * @param counts each whole and ≥ 0
 * @param beta above 0
 * @returns a number in [0, 1]; 0 when no positive was found; null when no row is positive, by label or
 *   by prediction
 *
 * Golden: sklearn.metrics.fbeta_score.
 *
 * @example fScore({ truePositives: 1, falsePositives: 2, falseNegatives: 0 }, 1) // => 0.5
 */
export function fScore(counts: FCounts, beta: number): number | null {
  const { truePositives, falsePositives, falseNegatives } = counts;
  const square = beta * beta;
  const hits = (1 + square) * truePositives;
  const total = hits + square * falseNegatives + falsePositives;
  return total === 0 ? null : hits / total;
}

/** The same from precision and recall, as Spark computes it: the last digit can differ. */
export function fScoreOfRates(counts: FCounts, beta: number): number | null {
  const { truePositives, falsePositives, falseNegatives } = counts;
  if (truePositives === 0) return fScore(counts, beta);
  const precision = truePositives / (truePositives + falsePositives);
  const recall = truePositives / (truePositives + falseNegatives);
  const square = beta * beta;
  return ((1 + square) * precision * recall) / (square * precision + recall);
}
