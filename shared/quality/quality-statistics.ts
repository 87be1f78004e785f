import type {
  ConfusionMatrix,
  CurveStatistics,
  MetricStatistics,
  QualityStatistics,
} from "../contracts/quality-files.ts";
import { CONFIDENCE } from "../stats/interval.ts";
import type { QualityMeasurement } from "./measure-quality.ts";
import type { MeasuredMetric } from "./measured-metric.ts";
import { isOurs } from "./metric-names.ts";

/** The metric that Model Monitor writes both curves before. */
const AFTER_CURVES = "auc";

/**
 * `statistics.json` of a measurement.
 *
 * In the dialect `sagemaker` it holds what Model Monitor's holds and nothing else. Otherwise the metrics
 * carry their intervals, and ours follow Model Monitor's.
 */
export function qualityStatistics(measurement: QualityMeasurement): QualityStatistics {
  const { problem, dialect, rowCount, metrics, confusion, curves } = measurement;
  const entries: [string, MetricStatistics | CurveStatistics | ConfusionMatrix][] = [];
  if (confusion !== null) entries.push(["confusion_matrix", matrixOf(confusion)]);
  for (const metric of metrics) {
    if (metric.name === AFTER_CURVES && curves !== null) entries.push(...curveEntries(curves));
    if (dialect === "sagemaker" && isOurs(problem, metric.name)) continue;
    entries.push([metric.name, statisticsOf(metric, dialect === "calibrated")]);
  }
  return { problem, itemCount: rowCount, metrics: Object.fromEntries(entries) };
}

function statisticsOf(metric: MeasuredMetric, withInterval: boolean): MetricStatistics {
  const { value, standardDeviation, interval } = metric;
  const statistics = {
    value: value ?? Number.NaN,
    standard_deviation: standardDeviation ?? Number.NaN,
  };
  if (interval === null || !withInterval) return statistics;
  return {
    ...statistics,
    confidence_interval: {
      lower_bound: interval.lower,
      upper_bound: interval.upper,
      confidence_level: CONFIDENCE,
      method: interval.method,
    },
  };
}

function matrixOf({ classes, counts }: NonNullable<QualityMeasurement["confusion"]>) {
  const row = (actual: number) =>
    Object.fromEntries(
      classes.map((name, predicted) => [name, counts[actual * classes.length + predicted]!]),
    );
  return Object.fromEntries(classes.map((name, actual) => [name, row(actual)]));
}

function curveEntries({
  roc,
  precisionRecall,
}: NonNullable<QualityMeasurement["curves"]>): [string, CurveStatistics][] {
  return [
    [
      "receiver_operating_characteristic_curve",
      { false_positive_rates: roc.x, true_positive_rates: roc.y },
    ],
    ["precision_recall_curve", { precisions: precisionRecall.y, recalls: precisionRecall.x }],
  ];
}
