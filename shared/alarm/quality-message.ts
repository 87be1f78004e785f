import type { MetricCheck, QualityCheckResult } from "../contracts/quality-result.ts";
import { countText, metricText } from "../quality/metric-text.ts";

const WORST_METRICS = 6;

/**
 * The violated metrics, furthest beyond their threshold first, each as
 * `accuracy 0.91 → 0.84 (0.82–0.86) on 3,120 labelled of 3,600`.
 */
export function worstMetrics(result: QualityCheckResult): string[] {
  const violated = result.checks.filter(({ outcome }) => outcome === "violated");
  const lines = [...violated].sort(byExcess).map((check) => metricLine(check, result));
  const rest = lines.length - WORST_METRICS;
  return rest > 0 ? [...lines.slice(0, WORST_METRICS), `and ${rest} more`] : lines;
}

/** What was measured, in the lines below the window. */
export function measuredLines({ coverage, violationCount }: QualityCheckResult): string[] {
  const { delaySeconds, representativeness } = coverage;
  return [
    `Labelled: ${countText(coverage.labelledCount)} of ${countText(coverage.capturedCount)} ` +
      `captured rows. Violations: ${violationCount}.`,
    ...(delaySeconds === null
      ? []
      : [
          `Labels came ${durationText(delaySeconds.median)} after their inference in the median, ` +
            `${durationText(delaySeconds.p90)} at the ninth decile.`,
        ]),
    ...(representativeness?.representative === false
      ? [
          "The rows labelled so far do not look like the others: their scores differ " +
            `(Kolmogorov–Smirnov ${metricText(representativeness.distance)}).`,
        ]
      : []),
  ];
}

export function metricLine(check: MetricCheck, { coverage }: QualityCheckResult): string {
  const { metric, threshold, observed, interval, explanation } = check;
  if (observed === null) return `${metric}: ${explanation}`;
  const bounds =
    interval === null ? "" : ` (${metricText(interval.lower)}–${metricText(interval.upper)})`;
  const change = `${metricText(threshold)} → ${metricText(observed)}${bounds}`;
  return `${metric} ${change} on ${labelledText(coverage)}`;
}

function labelledText({ labelledCount, capturedCount }: QualityCheckResult["coverage"]): string {
  return `${countText(labelledCount)} labelled of ${countText(capturedCount)}`;
}

/** In the largest unit of which there are at least two. */
export function durationText(seconds: number): string {
  const units: readonly [string, number][] = [
    ["days", 86_400],
    ["hours", 3600],
    ["minutes", 60],
  ];
  const [name, size] = units.find(([, each]) => seconds >= 2 * each) ?? ["seconds", 1];
  return `${metricText(Math.round((seconds / size) * 10) / 10)} ${name}`;
}

function byExcess(a: MetricCheck, b: MetricCheck): number {
  const order = excess(b) - excess(a);
  if (order !== 0) return order;
  return a.metric < b.metric ? -1 : a.metric > b.metric ? 1 : 0;
}

/** Relative to the threshold, because an error in dollars and a rate stand side by side. */
function excess({ observed, threshold }: MetricCheck): number {
  if (observed === null) return Number.MAX_VALUE;
  return Math.abs(observed - threshold) / Math.max(Math.abs(threshold), 1e-12);
}
