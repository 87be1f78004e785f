import type { Dialect } from "../contracts/quality-files.ts";
import type { Interval } from "../stats/interval.ts";
import { wilsonInterval } from "../stats/wilson.ts";
import { constantClass, majorityClass } from "./best-constant.ts";
import type { NamedIntervals } from "./binary-intervals.ts";
import { bootstrapCounts, bootstrapRows } from "./bootstrap.ts";
import { CLASS_PROBABILITY_METRICS, classProbabilityMetrics } from "./class-probability-metrics.ts";
import { type ClassCounts, countClasses } from "./confusion-matrix.ts";
import { type ClassProbabilities, type MulticlassRows, pickClasses } from "./labelled-rows.ts";
import { type MetricValue, metricValue } from "./measured-metric.ts";
import { weightedMetrics } from "./weighted-metrics.ts";

const NAMES = [
  "accuracy",
  "weighted_recall",
  "weighted_precision",
  "weighted_f0_5",
  "weighted_f1",
  "weighted_f2",
] as const;

/**
 * Model Monitor's metrics of a classifier of several classes, in its order, then ours of the
 * probabilities where the rows have some.
 *
 * The best constant classifier says the class with most labels; in the dialect `sagemaker` the last
 * class, as in Model Monitor's own sample, where that class holds a fifth of the labels.
 */
export function multiclassValues(rows: MulticlassRows, dialect: Dialect): MetricValue[] {
  const counts = countClasses(rows);
  const constant = dialect === "sagemaker" ? rows.classes.length - 1 : majorityClass(counts);
  return [
    ...namedValues(counts, ""),
    ...namedValues(constantClass(counts, constant), "_best_constant_classifier"),
    ...(rows.probabilities === null ? [] : probabilityValues(rows.probabilities)),
  ];
}

function probabilityValues(probabilities: ClassProbabilities): MetricValue[] {
  const weights = new Float64Array(probabilities.truths.length).fill(1);
  const values = classProbabilityMetrics(probabilities)(weights);
  return CLASS_PROBABILITY_METRICS.map((name, index) => {
    return metricValue(name, values[index] ?? null, "there is no row");
  });
}

function namedValues(counts: ClassCounts, suffix: string): MetricValue[] {
  const values = weightedMetrics(counts);
  return NAMES.map((name) => {
    return metricValue(name + suffix, values?.[name] ?? null, "there is no row");
  });
}

/** Every resample's is larger than that of the rows, so a bootstrap says nothing of its bounds. */
const WITHOUT_INTERVAL = "classwise_calibration_error";

/** 95 % intervals: Wilson's for accuracy, which weighted recall always equals; else bootstrap. */
export function multiclassIntervals(rows: MulticlassRows): NamedIntervals {
  const { classCount, counts } = countClasses(rows);
  const rowCount = rows.labels.length;
  if (rowCount === 0) return new Map();
  const hits = rows.classes.reduce((sum, _, index) => sum + counts[index * (classCount + 1)]!, 0);
  const bootstrapped = bootstrapCounts(counts, (drawn) => {
    const values = weightedMetrics({ classCount, counts: drawn });
    return NAMES.map((name) => values?.[name] ?? null);
  });
  const intervals = new Map<string, Interval | null>(
    NAMES.map((name, index) => [name, bootstrapped[index] ?? null]),
  );
  const wilson = wilsonInterval(hits, rowCount);
  intervals.set("accuracy", wilson).set("weighted_recall", wilson);
  if (rows.probabilities === null) return intervals;
  const { probabilities } = rows;
  const found = bootstrapRows(rowCount, (part) =>
    classProbabilityMetrics(pickClasses(probabilities, part)),
  );
  for (const [index, name] of CLASS_PROBABILITY_METRICS.entries()) {
    if (name !== WITHOUT_INTERVAL) intervals.set(name, found[index] ?? null);
  }
  return intervals;
}
