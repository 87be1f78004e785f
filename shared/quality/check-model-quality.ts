import { javaDoubleText } from "../contracts/java-double.ts";
import { MonitoringError } from "../contracts/monitoring-error.ts";
import type { Outcome } from "../contracts/outcome.ts";
import type {
  MetricConstraint,
  QualityConstraints,
  QualityStatistics,
  QualityViolation,
} from "../contracts/quality-files.ts";
import type { MetricCheck } from "../contracts/quality-result.ts";
import { holmAdjusted } from "../stats/holm.ts";
import { chanceOfDrop } from "./chance-of-drop.ts";
import type { QualityMeasurement } from "./measure-quality.ts";
import type { MeasuredMetric } from "./measured-metric.ts";
import { constrainable, type MetricNature } from "./metric-names.ts";
import { countText, intervalText, metricText } from "./metric-text.ts";

export interface QualityCheckInput {
  readonly measurement: QualityMeasurement;
  /** null when there is no baseline. */
  readonly constraints: QualityConstraints | null;
  /** What the baseline measured; null when only its constraints are known. */
  readonly baseline: QualityStatistics | null;
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

/** Of windows without a change, the share that may be violated. */
const FALSE_ALARMS_MAX = 0.05;

/**
 * Compares a window's metrics with its constraints.
 *
 * In the dialect `sagemaker` the point decides, strictly, as in Model Monitor. Otherwise a metric is
 * violated only when its whole 95 % interval lies on the wrong side of the threshold, and chance does
 * not explain it: about 14 limits are tested at once, each against a baseline that is a sample itself.
 * So each has its p-value, see {@link chanceOfDrop}, and Holm's step-down over all of them keeps the
 * chance that any metric of an unchanged model is violated at 5 %. An undefined
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
  const checks = decided(
    Object.entries(constraints.constraints).map(([name, constraint]) =>
      compareMetric(input, name, constraint),
    ),
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

/** One metric before it is known how many others are tested with it. */
interface Comparison extends Omit<MetricCheck, "outcome" | "adjustedPValue"> {
  readonly kind: "undecided" | "as-good" | "worse" | "beyond-bounds";
  /** null where chance is not asked: in Model Monitor's dialect, and where nothing can be decided. */
  readonly pValue: number | null;
}

function compareMetric(
  { measurement, baseline }: QualityCheckInput,
  name: string,
  { threshold, comparison_operator: check }: MetricConstraint,
): Comparison {
  const metric = measurement.metrics.find((measured) => measured.name === name);
  const shared = {
    metric: name,
    check,
    threshold,
    observed: metric?.value ?? null,
    interval: metric?.interval ?? null,
    pValue: null,
  };
  const undecided = whyUndecided(measurement, metric);
  if (undecided !== null) return { ...shared, kind: "undecided", ...undecided };
  const value = metric!.value!;
  const interval = metric!.interval;
  const isLess = check === "LessThanThreshold";
  const isBeyond = (number: number) => (isLess ? number < threshold : number > threshold);
  const side = isBeyond(value) ? (isLess ? "below" : "above") : "not worse than";
  const measured = metricText(value) + (interval === null ? "" : ` (${intervalText(interval)})`);
  const rows = `${countText(measurement.rowCount)} labelled rows`;
  const explanation = `${measured} on ${rows} is ${side} the baseline's ${metricText(threshold)}`;
  if (measurement.dialect === "sagemaker") {
    return { ...shared, kind: isBeyond(value) ? "beyond-bounds" : "as-good", explanation };
  }
  const bound = isLess ? interval!.upper : interval!.lower;
  const nature = { ...natureOf(measurement, name), worse: isLess ? "lower" : "higher" } as const;
  const limit = { metric: name, threshold, nature, statistics: baseline };
  const pValue = chanceOfDrop(value, bound, { ...limit, windowRowCount: measurement.rowCount });
  if (!isBeyond(value)) return { ...shared, kind: "as-good", pValue, explanation };
  return isBeyond(bound)
    ? { ...shared, kind: "beyond-bounds", pValue, explanation }
    : { ...shared, kind: "worse", pValue, explanation };
}

/** Which way a metric is worse is the constraint's to say; the values it can take are the metric's. */
function natureOf({ problem }: QualityMeasurement, name: string): Pick<MetricNature, "range"> {
  return constrainable(problem)[name] ?? { range: [-Infinity, Infinity] };
}

function decided(comparisons: readonly Comparison[]): MetricCheck[] {
  const pValues = comparisons.flatMap(({ pValue }) => pValue ?? []);
  const adjusted = holmAdjusted(pValues);
  let tested = 0;
  return comparisons.map(({ kind, pValue, ...check }) => {
    const adjustedPValue = pValue === null ? null : adjusted[tested++]!;
    if (kind === "undecided") return { ...check, outcome: "inconclusive", adjustedPValue };
    if (kind === "as-good") return { ...check, outcome: "passed", adjustedPValue };
    const isViolated = kind === "beyond-bounds" && (adjustedPValue ?? 0) <= FALSE_ALARMS_MAX;
    const chance = `chance explains it among ${pValues.length} limits`;
    const doubt =
      kind === "worse"
        ? ", but its interval reaches it"
        : `, but ${chance} (adjusted p ${metricText(adjustedPValue ?? 0)})`;
    const explanation = check.explanation + (isViolated ? "" : doubt);
    return { ...check, explanation, outcome: isViolated ? "violated" : "passed", adjustedPValue };
  });
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
