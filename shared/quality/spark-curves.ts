import { ascendingOrder } from "../stats/midranks.ts";

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
  if (scores.length === 0 || scores.length !== labels.length) {
    const counts = `${scores.length} scores, ${labels.length} labels`;
    throw new RangeError(`curves: ${counts}: must be as many, at least 1`);
  }
  const points = cumulated(binned(countsByScore(scores, labels)));
  const { positives, negatives } = points.at(-1)!;
  const recalls = points.map((point) => (positives === 0 ? 0 : point.positives / positives));
  const alarms = points.map((point) => (negatives === 0 ? 0 : point.negatives / negatives));
  const precisions = points.map((point) => point.positives / (point.positives + point.negatives));
  const roc = { x: [0, ...alarms, 1], y: [0, ...recalls, 1] };
  return {
    roc,
    precisionRecall: { x: [0, ...recalls], y: [precisions[0]!, ...precisions] },
    areaUnderRoc: areaUnder(roc),
  };
}

interface Counts {
  positives: number;
  negatives: number;
}

/** Of each distinct score, highest first. */
function countsByScore(scores: Float64Array, labels: Uint8Array): Counts[] {
  const order = ascendingOrder(scores);
  const groups: Counts[] = [];
  let score = Number.NaN;
  for (let at = order.length - 1; at >= 0; at -= 1) {
    const row = order[at]!;
    if (scores[row] !== score) {
      groups.push({ positives: 0, negatives: 0 });
      score = scores[row]!;
    }
    groups.at(-1)![labels[row] === 1 ? "positives" : "negatives"] += 1;
  }
  return groups;
}

function binned(groups: Counts[]): Counts[] {
  const size = Math.floor(groups.length / BIN_COUNT);
  if (size < 2) return groups;
  const bins: Counts[] = [];
  for (const [index, group] of groups.entries()) {
    if (index % size === 0) bins.push({ positives: 0, negatives: 0 });
    const bin = bins.at(-1)!;
    bin.positives += group.positives;
    bin.negatives += group.negatives;
  }
  return bins;
}

function cumulated(groups: readonly Counts[]): Counts[] {
  let [positives, negatives] = [0, 0];
  return groups.map((group) => {
    positives += group.positives;
    negatives += group.negatives;
    return { positives, negatives };
  });
}

function areaUnder({ x, y }: Curve): number {
  let area = 0;
  for (let at = 1; at < x.length; at += 1) {
    area += ((x[at]! - x[at - 1]!) * (y[at]! + y[at - 1]!)) / 2;
  }
  return area;
}
