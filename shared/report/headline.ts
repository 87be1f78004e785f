import type { FeatureCheck } from "../contracts/check-result.ts";
import { CHECK_WORDS, observedAndLimit } from "./check-words.ts";
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
    <p>${worstSentence(report)} ${measuredSentence(report)}</p>
  </header>`;
}

function outcomeSentence(report: DataQualityReport): string {
  const { outcome, checks, violatedFeatureCount, violationCount } = report.result;
  const featureCount = listReportFeatures(report).length;
  switch (outcome.outcome) {
    case "passed": {
      const checked = `${formatNoun(checks.length, "constraint")} checked, none violated`;
      if (featureCount === 1) return `The one feature holds: ${checked}.`;
      return `All ${formatCount(featureCount)} features hold: ${checked}.`;
    }
    case "violated": {
      const verb = violatedFeatureCount === 1 ? "violates" : "violate";
      const all = formatNoun(featureCount, "feature");
      const constraints = formatNoun(violationCount, "constraint");
      return `${formatCount(violatedFeatureCount)} of ${all} ${verb} ${constraints}.`;
    }
    case "inconclusive":
      return `Nothing can be concluded: ${visibleText(outcome.explanation, 400)}`;
  }
}

function worstSentence(report: DataQualityReport): Html | null {
  const worst = listChecks(report, "violated")[0];
  return worst === undefined ? null : html`Worst: ${describeCheck(worst)}.`;
}

function describeCheck(check: FeatureCheck): Html {
  const [observed, limit] = observedAndLimit(check);
  const { name } = CHECK_WORDS[check.check];
  const feature = html`<bdi>${visibleText(check.feature)}</bdi>`;
  return html`${name} of ${feature}, ${observed} where ${limit} is required`;
}

function measuredSentence({ result }: DataQualityReport): string {
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
