import type { FeatureCheck } from "../contracts/check-result.ts";
import type { Outcome } from "../contracts/outcome.ts";
import type { DriftComparison, DriftReading } from "../contracts/self-healing/drift-comparison.ts";
import { excessOf, observedAndLimit, outcomeMark } from "./check-words.ts";
import { type Html, html } from "./html.ts";
import { formatCount, formatNoun, formatNumber } from "./numbers.ts";
import { scrolling } from "./page.ts";
import { readableMinute } from "./readable-minute.ts";
import { visibleText } from "./visible-text.ts";

/** Features that are shown at most; `drift.json` has them all. */
const FEATURES_MAX = 15;

/**
 * How far the newest data lies from what each model learned from: drift that the champion has, and that a
 * challenger trained on newer data should not have any more.
 */
export function driftSection(comparison: DriftComparison): Html {
  const { before, after } = comparison;
  const head = html`<tr><th>feature<th>before<th>after<th>limit`;
  const rows = featureRows(comparison);
  const hiddenCount = before.checks.length - rows.length;
  return html`<section><h2>Drift before and after</h2>
    <p>${comparedSentence(comparison)}</p>
    ${scrolling(
      "Drift in all",
      html`<tr><th>baseline<th class="l">outcome<th>violated features<th>greatest distance
        ${readingRow("champion's, before", before)}${readingRow("challenger's, after", after)}`,
    )}
    ${rows.length > 0 && html`<h3>Distance by feature</h3>`}
    ${rows.length > 0 && scrolling("Distance by feature", html`${head}${rows}`)}
    ${hiddenCount > 0 && html`<p class="n">and ${formatCount(hiddenCount)} nearer ones.</p>`}
  </section>`;
}

function comparedSentence({ window, rowCount }: DriftComparison): string {
  const span = `from ${readableMinute(window.from)} to ${readableMinute(window.to)} UTC`;
  const rows = formatNoun(rowCount, "captured row");
  return `${rows} ${span}: their inputs, compared with what either model learned from.`;
}

function readingRow(name: string, reading: DriftReading): Html {
  const { outcome, violatedFeatureCount, driftMax } = reading;
  return html`<tr class="${outcome.outcome}"><th>${name}
    <td class="l e">${outcomeMark(outcome.outcome)} ${outcomeText(outcome)}
    <td>${formatCount(violatedFeatureCount)}<td>${formatNumber(driftMax)}`;
}

function outcomeText(outcome: Outcome): string {
  if (outcome.outcome !== "inconclusive") return outcome.outcome;
  return `inconclusive: ${visibleText(outcome.explanation, 400)}`;
}

/** The features that lie furthest from either baseline. */
function featureRows({ before, after }: DriftComparison): Html[] {
  const [old, young] = [distances(before), distances(after)];
  const names = [...new Set([...old.keys(), ...young.keys()])];
  const excess = (name: string) =>
    Math.max(...[old.get(name), young.get(name)].map((found) => (found ? excessOf(found) : -2)));
  return names
    .toSorted((a, b) => excess(b) - excess(a) || (a < b ? -1 : 1))
    .slice(0, FEATURES_MAX)
    .map((name) => featureRow(name, old.get(name), young.get(name)));
}

function featureRow(name: string, before?: FeatureCheck, after?: FeatureCheck): Html {
  const [limit] = [before, after].flatMap((found) => (found ? [observedAndLimit(found)[1]] : []));
  return html`<tr><th><bdi>${visibleText(name)}</bdi>
    <td>${distance(before)}<td>${distance(after)}<td>${limit ?? ""}`;
}

function distance(found: FeatureCheck | undefined): Html | null {
  if (found === undefined) return null;
  return html`<span class="${found.outcome}">${observedAndLimit(found)[0]}</span>
    ${" "}${outcomeMark(found.outcome)}`;
}

function distances({ checks }: DriftReading): Map<string, FeatureCheck> {
  const compared = checks.filter(({ check }) => check === "baseline_drift_check");
  return new Map(compared.map((check) => [check.feature, check]));
}
