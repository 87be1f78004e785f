import type { EvaluationMetric } from "../contracts/evaluation-metric.ts";
import { fScore } from "../quality/f-score.ts";
import type { BinaryRows, LabelledRows, MulticlassRows } from "../quality/labelled-rows.ts";
import { logLossOfRow } from "../quality/probability-losses.ts";
import { regressionMetrics } from "../quality/regression-metrics.ts";
import { weightedMetrics } from "../quality/weighted-metrics.ts";

/** Metrics that depend on rows one by one, so that a row of weight 2 counts as two. */
export type WeightedMetric = Exclude<EvaluationMetric, "auc">;

/** The metric of a resample of rows, told by how often it has each; null where it is undefined. */
export type MetricOfWeights = (weights: Float64Array) => number | null;

/**
 * A metric of one model on given rows. Of several classes f1 is the mean weighted by labels, as Model
 * Monitor's `weighted_f1`.
 *
 * @throws RangeError when the rows do not give the metric
 *
 * Golden: sklearn.metrics.{accuracy_score,f1_score,log_loss,mean_absolute_error,
 * root_mean_squared_error}.
 */
export function metricOfWeights(metric: WeightedMetric, rows: LabelledRows): MetricOfWeights {
  if (rows.problem === "regression") {
    if (metric !== "rmse" && metric !== "mae") throw notGiven(metric, rows);
    return (weights) => regressionMetrics(rows, weights)[metric];
  }
  if (metric === "accuracy") {
    const hits = Float64Array.from(rows.labels, (label, row) =>
      Number(label === rows.predictions[row]),
    );
    return (weights) => meanOf(hits, weights);
  }
  if (metric === "logLoss") {
    const losses = logLosses(rows);
    return (weights) => meanOf(losses, weights);
  }
  if (metric !== "f1") throw notGiven(metric, rows);
  return rows.problem === "binary-classification" ? binaryF1(rows) : weightedF1(rows);
}

function notGiven(metric: string, { problem }: LabelledRows): RangeError {
  return new RangeError(`${metric}: rows of a ${problem}: must be a metric of theirs`);
}

function logLosses(rows: BinaryRows | MulticlassRows): Float64Array {
  if (rows.problem === "binary-classification") {
    const { probabilities, labels } = rows;
    if (probabilities === null) throw new RangeError("logLoss: must have probabilities");
    return Float64Array.from(labels, (label, row) => logLossOfRow(label, probabilities[row]!));
  }
  if (rows.probabilities === null) throw new RangeError("logLoss: must have probabilities");
  const { classCount, values, truths } = rows.probabilities;
  // A label that is none of the classes had probability 0.
  return Float64Array.from(truths, (truth, row) =>
    logLossOfRow(1, truth < 0 ? 0 : values[row * classCount + truth]!),
  );
}

function binaryF1({ labels, predictions }: BinaryRows): MetricOfWeights {
  return (weights) => {
    const counts = new Float64Array(4);
    for (let row = 0; row < labels.length; row += 1) {
      counts[labels[row]! * 2 + predictions[row]!]! += weights[row]!;
    }
    const [, falsePositives = 0, falseNegatives = 0, truePositives = 0] = counts;
    return fScore({ truePositives, falsePositives, falseNegatives }, 1);
  };
}

function weightedF1({ classes, labels, predictions }: MulticlassRows): MetricOfWeights {
  const classCount = classes.length;
  return (weights) => {
    const counts = new Float64Array(classCount * classCount);
    for (let row = 0; row < labels.length; row += 1) {
      counts[labels[row]! * classCount + predictions[row]!]! += weights[row]!;
    }
    return weightedMetrics({ classCount, counts })?.weighted_f1 ?? null;
  };
}

function meanOf(values: Float64Array, weights: Float64Array): number | null {
  let [sum, total] = [0, 0];
  for (let row = 0; row < values.length; row += 1) {
    sum += values[row]! * weights[row]!;
    total += weights[row]!;
  }
  return total === 0 ? null : sum / total;
}
