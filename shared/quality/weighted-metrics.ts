import type { ClassCounts } from "./confusion-matrix.ts";

/** Of the classes, each weighted by how many labels it has; all in [0, 1]. */
export interface WeightedMetrics {
  readonly accuracy: number;
  readonly weighted_recall: number;
  readonly weighted_precision: number;
  readonly weighted_f0_5: number;
  readonly weighted_f1: number;
  readonly weighted_f2: number;
}

/**
 * Model Monitor's metrics of a classifier of several classes, which are Spark's.
 *
 * A class that was never predicted has precision 0 and F-score 0, as in Spark and scikit-learn. Classes
 * without a label weigh nothing, so they only lower the recall of the others.
 *
 * @returns null without any row
 *
 * Source: Spark's MulticlassMetrics.
 * Golden: sklearn.metrics.precision_recall_fscore_support(average="weighted", zero_division=0).
 */
export function weightedMetrics({ classCount, counts }: ClassCounts): WeightedMetrics | null {
  const actuals = new Float64Array(classCount);
  const predicteds = new Float64Array(classCount);
  for (let cell = 0; cell < counts.length; cell += 1) {
    actuals[Math.floor(cell / classCount)]! += counts[cell]!;
    predicteds[cell % classCount]! += counts[cell]!;
  }
  const total = actuals.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  const hits = Array.from(actuals, (_, index) => counts[index * classCount + index]!);
  const weighted = (metric: (index: number) => number): number =>
    actuals.reduce((sum, actual, index) => {
      return actual === 0 ? sum : sum + (metric(index) * actual) / total;
    }, 0);
  const recall = (index: number): number => hits[index]! / actuals[index]!;
  const precision = (index: number): number =>
    predicteds[index] === 0 ? 0 : hits[index]! / predicteds[index]!;
  const fMeasure = (beta: number) => (index: number) => {
    const [p, r, square] = [precision(index), recall(index), beta * beta];
    return p + r === 0 ? 0 : ((1 + square) * p * r) / (square * p + r);
  };
  return {
    accuracy: hits.reduce((sum, count) => sum + count, 0) / total,
    weighted_recall: weighted(recall),
    weighted_precision: weighted(precision),
    weighted_f0_5: weighted(fMeasure(0.5)),
    weighted_f1: weighted(fMeasure(1)),
    weighted_f2: weighted(fMeasure(2)),
  };
}
