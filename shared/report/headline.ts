import type { FeatureCheck } from "../contracts/check-result.ts";
import { CHECK_WORDS, observedAndLimit } from "./check-words.ts";
import { type Html, html } from "./html.ts";
import { formatCount, formatNoun, formatPercent } from "./numbers.ts";
import { type DataQualityReport, listChecks, listReportFeatures } from "./report-features.ts";
import { visibleText } from "./visible-text.ts";

/** The outcome in one sentence with its numbers, and what it was measured on in another. */
export function headline(report: DataQualityReport): Html {
  const { outcome } = report.result.outcome;
  return html`<header><p class="o ${outcome}">Data quality: ${outcome}</p><h1>${outcomeSentence(report)}</h1><p>${worstSentence(report)} ${measuredSentence(report)}</p></header>
`;
}

function outcomeSentence(report: DataQualityReport): string {
  const { result } = report;
  const featureCount = listReportFeatures(report).length;
  switch (result.outcome.outcome) {
    case "passed":
      return `${featureCount === 1 ? "The one feature holds" : `All ${formatCount(featureCount)} features hold`}: ${formatNoun(result.checks.length, "constraint")} checked, none violated.`;
    case "violated":
      return `${formatCount(result.violatedFeatureCount)} of ${formatNoun(featureCount, "feature")} ${result.violatedFeatureCount === 1 ? "violates" : "violate"} ${formatNoun(result.violationCount, "constraint")}.`;
    case "inconclusive":
      return `Nothing can be concluded: ${visibleText(result.outcome.explanation, 400)}`;
  }
}

function worstSentence(report: DataQualityReport): Html | null {
  const worst = listChecks(report, "violated")[0];
  return worst === undefined ? null : html`Worst: ${describeCheck(worst)}.`;
}

function describeCheck(check: FeatureCheck): Html {
  const [observed, limit] = observedAndLimit(check);
  return html`${CHECK_WORDS[check.check].name} of <bdi>${visibleText(check.feature)}</bdi>, ${observed} where ${limit} is required`;
}

function measuredSentence({ result }: DataQualityReport): string {
  const { rowCount, recordCount, firstInferenceTime, lastInferenceTime } = result;
  const sentences = [
    `Measured on ${formatNoun(rowCount, "row")} in ${formatNoun(recordCount, "captured request")}`,
  ];
  if (firstInferenceTime !== null && lastInferenceTime !== null) {
    sentences.push(
      ` made from ${readableTime(firstInferenceTime)} to ${readableTime(lastInferenceTime)} UTC`,
    );
  }
  if (result.missingFractionMax !== null && result.missingFractionMax > 0) {
    sentences.push(`; at most ${formatPercent(result.missingFractionMax)} of a feature is missing`);
  }
  return `${sentences.join("")}.`;
}

function readableTime(time: string): string {
  return time.slice(0, 19).replace("T", " ");
}
