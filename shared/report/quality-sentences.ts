import type { MetricCheck, QualityCheckResult } from "../contracts/quality-result.ts";
import { formatComparison, formatCount, formatNoun, formatNumber } from "./numbers.ts";
import { visibleText } from "./visible-text.ts";

/** The outcome in one sentence with its numbers, as plain text. */
export function outcomeSentence({ outcome, checks }: QualityCheckResult): string {
  if (outcome.outcome === "inconclusive") {
    return `No verdict: ${visibleText(outcome.explanation, 400)}`;
  }
  if (outcome.outcome === "passed") {
    return `No metric is worse than its limit: ${formatNoun(checks.length, "constraint")} checked.`;
  }
  const violated = checks.filter((check) => check.outcome === "violated");
  const [worst, ...others] = violated;
  if (worst === undefined) return "A metric is worse than its limit.";
  const more = others.length === 0 ? "" : `, and ${formatNoun(others.length, "more metric")}`;
  const name = metricName(worst.metric);
  return `${name[0]!.toUpperCase()}${name.slice(1)} ${changeText(worst)}${more}.`;
}

/** `0.91 → 0.84 (0.82 to 0.86)`: the limit, what was observed, and its bounds. */
function changeText({ threshold, observed, interval }: MetricCheck): string {
  const [now, limit] = formatComparison(observed, threshold, formatNumber);
  const bounds =
    interval === null
      ? ""
      : ` (${formatNumber(interval.lower)} to ${formatNumber(interval.upper)})`;
  return `${limit} → ${now}${bounds}`;
}

/** What was measured, as plain text. */
export function measuredSentence({ coverage, dialect }: QualityCheckResult): string {
  const { labelledCount, capturedCount } = coverage;
  const rule =
    dialect === "calibrated"
      ? "A metric is violated when its whole 95 % interval is worse than the limit, and chance, " +
        "with so many limits and a baseline that is a sample, does not explain it"
      : "A metric is violated when it is worse than the limit, as in Model Monitor";
  const rows = formatNoun(labelledCount, "labelled row");
  return `Measured on ${rows} of ${formatCount(capturedCount)} captured. ${rule}.`;
}

const NAMES: Readonly<Record<string, string>> = {
  auc: "AUC",
  au_prc: "area under precision–recall",
  f0_5: "F0.5",
  f1: "F1",
  f2: "F2",
  weighted_f0_5: "weighted F0.5",
  weighted_f1: "weighted F1",
  weighted_f2: "weighted F2",
  mae: "MAE",
  mse: "MSE",
  rmse: "RMSE",
  r2: "R²",
  mape: "MAPE",
};

/** A metric's name for people. */
export function metricName(metric: string): string {
  const name = metric.replace("f0_5", "F0.5").replace(/^f(?=[12]_)/, "F");
  return NAMES[metric] ?? visibleText(name).replaceAll("_", " ");
}
