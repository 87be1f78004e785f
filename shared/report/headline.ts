import type { FeatureCheck } from "../contracts/check-result.ts";
import { checkName, isColumnCheck, observedAndLimit } from "./check-words.ts";
import { type Html, html } from "./html.ts";
import { formatCount, formatNoun, formatPercent } from "./numbers.ts";
import { type DataQualityReport, listChecks, listReportFeatures } from "./report-features.ts";
import { visibleText } from "./visible-text.ts";

/** The outcome in one sentence with its numbers, and what it was measured on in another. */
export function headline(report: DataQualityReport): Html {
  const { outcome } = report.result.outcome;
  return html`<header>
    <p class="o ${outcome}">Data quality: ${outcome}</p>
    <h1>${outcomeSentence(report)}</h1>
    <p>${worstSentence(report)}${measuredSentence(report)}</p>
  </header>`;
}

/** The outcome in one sentence with its numbers, as plain text. */
export function outcomeSentence(report: DataQualityReport): string {
  const { outcome, checks } = report.result;
  const features = listReportFeatures(report);
  switch (outcome.outcome) {
    case "passed": {
      const checked = `${formatNoun(checks.length, "constraint")} checked, none violated`;
      if (features.length === 1) return `The one feature holds: ${checked}.`;
      return `All ${formatCount(features.length)} features hold: ${checked}.`;
    }
    case "violated":
      return violatedSentence(report, features);
    case "inconclusive":
      return `No verdict: ${visibleText(outcome.explanation, 400)}`;
  }
}

function violatedSentence(
  report: DataQualityReport,
  features: readonly { readonly outcome: string }[],
): string {
  const violated = listChecks(report, "violated");
  const ofFeatures = violated.filter((check) => !isColumnCheck(check));
  const featureCount = features.filter(({ outcome }) => outcome === "violated").length;
  const verb = featureCount === 1 ? "violates" : "violate";
  const all = formatNoun(features.length, "feature");
  const constraints = formatNoun(ofFeatures.length, "constraint");
  const sentence = `${formatCount(featureCount)} of ${all} ${verb} ${constraints}.`;
  if (ofFeatures.length === violated.length) return sentence;
  const columns = "The captured columns are not those of the baseline";
  return featureCount === 0 ? `${columns}.` : `${columns}, and ${sentence}`;
}

function worstSentence(report: DataQualityReport): Html | null {
  const worst = listChecks(report, "violated")[0];
  return worst === undefined ? null : html`Worst: ${describeCheck(worst)}. `;
}

function describeCheck(check: FeatureCheck): Html {
  if (isColumnCheck(check)) return html`${visibleText(check.explanation ?? "", 400)}`;
  const [observed, limit] = observedAndLimit(check);
  const feature = html`<bdi>${visibleText(check.feature)}</bdi>`;
  return html`${checkName(check)} of ${feature}, ${observed} where ${limit} is required`;
}

/** What was measured, as plain text. */
export function measuredSentence({ result }: DataQualityReport): string {
  const { rowCount, recordCount, firstInferenceTime, lastInferenceTime } = result;
  const rows = `${formatNoun(rowCount, "row")} in ${formatNoun(recordCount, "captured request")}`;
  const times =
    firstInferenceTime === null || lastInferenceTime === null
      ? ""
      : ` made from ${readableTime(firstInferenceTime)} to ${readableTime(lastInferenceTime)} UTC`;
  const missing = result.missingFractionMax ?? 0;
  const missingText =
    missing > 0 ? `; at most ${formatPercent(missing)} of a feature is missing` : "";
  return `Measured on ${rows}${times}${missingText}.`;
}

function readableTime(time: string): string {
  return time.slice(0, 19).replace("T", " ");
}
