import type { Problem } from "../contracts/quality-files.ts";
import type { MetricReading, QualityCheckResult } from "../contracts/quality-result.ts";
import { isPuttable, type Metric } from "./metric.ts";
import { type ResultOwner, VERDICT_VALUE } from "./result-metrics.ts";

/** What is put of each result; every name is billed as one metric a variant. */
const PUT = {
  "binary-classification": ["accuracy", "recall", "precision", "f1", "auc"],
  "multiclass-classification": ["accuracy", "weighted_recall", "weighted_precision", "weighted_f1"],
  regression: ["mae", "rmse", "r2"],
} as const satisfies Record<Problem, readonly string[]>;

/**
 * The metrics of one quality result under Model Monitor's names, and the aggregates of the result. What
 * an inconclusive result did not measure is left out: a 0 there would read as fine.
 */
export function qualityMetrics(owner: ResultOwner, result: QualityCheckResult): Metric[] {
  const dimensions = { Endpoint: owner.endpoint, Variant: owner.variant, Check: result.check };
  const isMeasured = result.outcome.outcome !== "inconclusive";
  const { coverage, rowCount, violationCount } = result;
  const values: Readonly<Record<string, number | null>> = {
    CapturedRowCount: coverage.capturedCount,
    LabelledRowCount: rowCount,
    LabelledFraction: coverage.labelledFraction,
    ViolationCount: isMeasured ? violationCount : null,
    InconclusiveCount: result.checks.filter(({ outcome }) => outcome === "inconclusive").length,
    Verdict: VERDICT_VALUE[result.outcome.outcome],
  };
  const aggregates = Object.entries(values).flatMap(([name, value]): Metric[] => {
    const unit = name.endsWith("Count") ? "Count" : "None";
    return value === null ? [] : [{ name, dimensions, unit, value }];
  });
  const names: readonly string[] = PUT[result.problem];
  const measured = result.metrics
    .filter(({ metric }) => isMeasured && names.includes(metric))
    .flatMap((reading) => boundedMetric(reading, rowCount, dimensions));
  return [...aggregates, ...measured].filter(isPuttable);
}

/**
 * One metric with its bounds: the average is its value, minimum and maximum are its 95 % bounds, and the
 * sample count is that of the labelled rows. So one billed metric draws the line and its band.
 */
function boundedMetric(
  { metric: name, value, interval }: MetricReading,
  sampleCount: number,
  dimensions: Metric["dimensions"],
): Metric[] {
  if (value === null || sampleCount === 0) return [];
  const set = {
    sampleCount,
    sum: value * sampleCount,
    minimum: interval?.lower ?? value,
    maximum: interval?.upper ?? value,
  };
  return [{ name, dimensions, unit: "None", value: set }];
}
