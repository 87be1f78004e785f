import { countsByScore, type ScoreCounts } from "./counts-by-score.ts";

/** Points of a curve as two columns, in drawing order. */
export interface Curve {
  readonly x: readonly number[];
  readonly y: readonly number[];
}

export interface SparkCurves {
  /** x: false positive rates, y: true positive rates; from (0, 0) to (1, 1). */
  readonly roc: Curve;
  /** x: recalls, y: precisions; begins at recall 0 with the first point's precision. */
  readonly precisionRecall: Curve;
  /** By the trapezoids under these very points. */
  readonly areaUnderRoc: number;
}

/** About how many points Spark 3 keeps; a curve has one for each distinct score up to twice that. */
const BIN_COUNT = 1000;

/**
 * The curves of Spark's BinaryClassificationMetrics, which Model Monitor writes.
 *
 * One point a distinct score; when there are many, runs of as many consecutive points become one, so
 * the area under them is a little off the exact one. A rate of 0 rows is 0, as in Spark.
 *
 * @param scores finite, at least 1; @param labels 0 or 1, as many
 * @throws RangeError when there is no score, one is not finite, or the lengths differ
 *
 * Source: mllib/src/main/scala/org/apache/spark/mllib/evaluation/BinaryClassificationMetrics.scala in
 * https://github.com/apache/spark/tree/v3.5.0.
 * Golden: that class of Spark 3.5.0 on one partition.
 */
export function sparkCurves(scores: Float64Array, labels: Uint8Array): SparkCurves {
  if (scores.length === 0) throw new RangeError("curves: 0 scores: must be at least 1");
  const { positives, negatives } = binned(countsByScore(scores, labels));
  const [recalls, alarms] = [cumulatedShares(positives), cumulatedShares(negatives)];
  const precisions = precisionsOf(positives, negatives);
  const roc = { x: [0, ...alarms, 1], y: [0, ...recalls, 1] };
  return {
    roc,
    precisionRecall: { x: [0, ...recalls], y: [precisions[0]!, ...precisions] },
    areaUnderRoc: areaUnder(roc),
  };
}

function binned(counts: ScoreCounts): ScoreCounts {
  const size = Math.floor(counts.positives.length / BIN_COUNT);
  if (size < 2) return counts;
  return { positives: sums(counts.positives, size), negatives: sums(counts.negatives, size) };
}

/** Of runs of so many values; the last run may be shorter. */
function sums(values: Float64Array, size: number): Float64Array {
  const found = new Float64Array(Math.ceil(values.length / size));
  for (const [index, value] of values.entries()) found[Math.floor(index / size)]! += value;
  return found;
}

/** 0 where there is nothing to have a share of. */
function cumulatedShares(counts: Float64Array): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  let reached = 0;
  return Array.from(counts, (count) => {
    reached += count;
    return total === 0 ? 0 : reached / total;
  });
}

function precisionsOf(positives: Float64Array, negatives: Float64Array): number[] {
  let [right, wrong] = [0, 0];
  return Array.from(positives, (count, index) => {
    right += count;
    wrong += negatives[index]!;
    return right / (right + wrong);
  });
}

function areaUnder({ x, y }: Curve): number {
  let area = 0;
  for (let at = 1; at < x.length; at += 1) {
    area += ((x[at]! - x[at - 1]!) * (y[at]! + y[at - 1]!)) / 2;
  }
  return area;
}
