import { javaDoubleText } from "../contracts/java-double.ts";
import { MonitoringError } from "../contracts/monitoring-error.ts";
import type { Outcome } from "../contracts/outcome.ts";
import type {
  MetricConstraint,
  QualityConstraints,
  QualityViolation,
} from "../contracts/quality-files.ts";
import type { MetricCheck } from "../contracts/quality-result.ts";
import type { QualityMeasurement } from "./measure-quality.ts";
import type { MeasuredMetric } from "./measured-metric.ts";
import { countText, intervalText, metricText } from "./metric-text.ts";

export interface QualityCheckInput {
  readonly measurement: QualityMeasurement;
  /** null when there is no baseline. */
  readonly constraints: QualityConstraints | null;
  /** Fewer labelled rows than this say nothing. */
  readonly minimumLabelCount: number;
  /** What the window's labels allow to say; `passed` when nothing stands against it. */
  readonly coverage: Outcome;
}

export interface QualityCheck {
  readonly outcome: Outcome;
  readonly checks: readonly MetricCheck[];
  readonly violations: readonly QualityViolation[];
}

/**
 * Compares a window's metrics with its constraints.
 *
 * In the dialect `sagemaker` the point decides, strictly, as in Model Monitor. Otherwise a metric is
 * violated only when its whole 95 % interval lies on the wrong side of the threshold. An undefined
 * metric, and one without the interval that would decide, is inconclusive. Too few labels make the whole
 * check inconclusive; the metrics are compared all the same, for people to see.
 *
 * @throws MonitoringError `problems-differ` when the constraints are of another problem
 */
export function checkModelQuality(input: QualityCheckInput): QualityCheck {
  const { measurement, constraints } = input;
  if (constraints === null) {
    const explanation = "there are no quality constraints: make a baseline from predictions first";
    return { outcome: inconclusive("no-baseline", explanation), checks: [], violations: [] };
  }
  if (constraints.problem !== measurement.problem) {
    throw new MonitoringError(
      "problems-differ",
      `constraints.json: ${constraints.problem}: must be of ${measurement.problem}, as the monitor`,
    );
  }
  const checks = Object.entries(constraints.constraints).map(([name, constraint]) =>
    checkMetric(measurement, name, constraint),
  );
  const blocked = labelOutcome(input);
  const outcome = blocked.outcome === "passed" ? outcomeOf(checks) : blocked;
  const violations = checks
    .filter(({ outcome: found }) => found === "violated")
    .map((check) => violationOf(check, measurement));
  return { outcome, checks, violations: blocked.outcome === "passed" ? violations : [] };
}

function labelOutcome({ measurement, minimumLabelCount, coverage }: QualityCheckInput): Outcome {
  const { rowCount } = measurement;
  if (rowCount === 0) {
    if (coverage.outcome === "inconclusive") return coverage;
    return inconclusive("no-labels", "no captured row of the window has a label");
  }
  if (rowCount < minimumLabelCount) {
    const counts = `${countText(rowCount)} labelled rows`;
    const explanation = `${counts}: at least ${countText(minimumLabelCount)} are needed`;
    return inconclusive("too-few-labels", explanation);
  }
  return coverage;
}

function outcomeOf(checks: readonly MetricCheck[]): Outcome {
  if (checks.some(({ outcome }) => outcome === "violated")) return { outcome: "violated" };
  const open = checks.find(({ outcome }) => outcome === "inconclusive");
  if (open !== undefined) {
    return inconclusive(open.reason ?? "metric-undefined", `${open.metric}: ${open.explanation}`);
  }
  if (checks.length === 0) {
    return inconclusive("checks-disabled", "constraints.json constrains no metric");
  }
  return { outcome: "passed" };
}

function checkMetric(
  measurement: QualityMeasurement,
  name: string,
  { threshold, comparison_operator: check }: MetricConstraint,
): MetricCheck {
  const metric = measurement.metrics.find((measured) => measured.name === name);
  const shared = {
    metric: name,
    check,
    threshold,
    observed: metric?.value ?? null,
    interval: metric?.interval ?? null,
  };
  const undecided = whyUndecided(measurement, metric);
  if (undecided !== null) return { ...shared, outcome: "inconclusive", ...undecided };
  const value = metric!.value!;
  const interval = metric!.interval;
  const calibrated = measurement.dialect === "calibrated";
  const isLess = check === "LessThanThreshold";
  const decisive = calibrated ? (isLess ? interval!.upper : interval!.lower) : value;
  const wrong = isLess ? decisive < threshold : decisive > threshold;
  const pointIsWrong = isLess ? value < threshold : value > threshold;
  const side = pointIsWrong ? (isLess ? "below" : "above") : "not worse than";
  const doubt = pointIsWrong && !wrong ? ", but its interval reaches it" : "";
  const measured = metricText(value) + (interval === null ? "" : ` (${intervalText(interval)})`);
  return {
    ...shared,
    outcome: wrong ? "violated" : "passed",
    explanation:
      `${measured} on ${countText(measurement.rowCount)} labelled rows is ${side} ` +
      `the baseline's ${metricText(threshold)}${doubt}`,
  };
}

function whyUndecided(
  measurement: QualityMeasurement,
  metric: MeasuredMetric | undefined,
): Pick<MetricCheck, "reason" | "explanation"> | null {
  if (metric === undefined) {
    return { reason: "metric-undefined", explanation: "these predictions do not give this metric" };
  }
  // Spark's curve of a single class has an area, but nothing was told apart.
  if (metric.name === "auc" && measurement.labelledClassCount === 1) {
    const rows = `all ${countText(measurement.rowCount)} labelled rows are of one class`;
    return { reason: "one-class-only", explanation: `${rows}: the area needs both` };
  }
  if (metric.value === null) {
    return { reason: "metric-undefined", explanation: metric.undefinedBecause };
  }
  if (measurement.dialect === "calibrated" && metric.interval === null) {
    const rows = `${countText(measurement.rowCount)} labelled rows`;
    return { reason: "no-interval", explanation: `${rows} are too few for a 95 % interval of it` };
  }
  return null;
}

/** Model Monitor's own words in its dialect; downstream tools parse them. */
function violationOf(check: MetricCheck, measurement: QualityMeasurement): QualityViolation {
  const metric = measurement.metrics.find(({ name }) => name === check.metric)!;
  const { interval, observed, threshold } = check;
  const spread =
    measurement.dialect === "sagemaker"
      ? `+/- ${javaDoubleText(metric.standardDeviation ?? Number.NaN)}`
      : `(95 % interval ${javaDoubleText(interval!.lower)} to ${javaDoubleText(interval!.upper)})`;
  const value = `${javaDoubleText(observed!)} ${spread}`;
  return {
    constraint_check_type: check.check,
    description: `Metric ${check.metric} with ${value} was ${check.check} '${javaDoubleText(threshold)}'`,
    metric_name: check.metric,
  };
}

function inconclusive(
  reason: Extract<Outcome, { outcome: "inconclusive" }>["reason"],
  explanation: string,
): Outcome {
  return { outcome: "inconclusive", reason, explanation };
}
