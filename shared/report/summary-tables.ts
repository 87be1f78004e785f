import type { FeatureCheck, NotChecked } from "../contracts/check-result.ts";
import { checkName, observedAndLimit } from "./check-words.ts";
import { type Html, html } from "./html.ts";
import { formatComparison, formatCount, formatNumber } from "./numbers.ts";
import { scrolling } from "./page.ts";
import { visibleText } from "./visible-text.ts";

/** Rows a table shows at most; every feature says its own checks as well. */
const ROWS_MAX = 60;
const EXPLANATION_LENGTH_MAX = 400;
const NAMES_MAX = 12;

/** The checks of one outcome, each with a link to its feature. */
export function checksTable(
  title: string,
  checks: readonly FeatureCheck[],
  idOfFeature: ReadonlyMap<string, string>,
): Html | null {
  if (checks.length === 0) return null;
  const rows = checks.slice(0, ROWS_MAX).map((check) => checkRow(check, idOfFeature));
  const hiddenCount = checks.length - ROWS_MAX;
  const hidden = `and ${formatCount(hiddenCount)} more, each at its feature below.`;
  const head = html`<tr><th>feature<th class="l">check<th>observed<th>limit<th class="l">found`;
  return html`<section><h2>${title}</h2>
    ${scrolling(title, html`${head}${rows}`)}
    ${hiddenCount > 0 && html`<p class="n">${hidden}</p>`}
  </section>`;
}

function checkRow(check: FeatureCheck, idOfFeature: ReadonlyMap<string, string>): Html {
  const [observed, limit] = observedAndLimit(check);
  const found = `${visibleText(check.explanation ?? "", EXPLANATION_LENGTH_MAX)}${bounds(check)}`;
  return html`<tr><th>${featureLink(check.feature, idOfFeature)}
    <td class="l">${checkName(check)}<td>${observed}<td>${limit}
    <td class="l e">${found}`;
}

/** Where the number lies for certain, when sketches stood in for the values. */
function bounds({ interval }: FeatureCheck): string {
  if (interval === undefined) return "";
  const [least, most] = interval;
  const [low, high] = formatComparison(least, most, formatNumber);
  return ` (for certain between ${low} and ${high})`;
}

/** What the verdict says nothing about: the features of each check and reason. */
export function notCheckedTable(notChecked: readonly NotChecked[]): Html | null {
  if (notChecked.length === 0) return null;
  const groups = Map.groupBy(notChecked, (each) => `${each.check} ${each.explanation}`);
  const rows = [...groups.values()].map((group) => {
    const [{ check, explanation }] = group as [NotChecked];
    const listed = group.slice(0, NAMES_MAX).map(({ feature }) => visibleText(feature));
    const hiddenCount = group.length - listed.length;
    const names = listed.map((name, index) => html`${index > 0 && ", "}<bdi>${name}</bdi>`);
    return html`<tr><th>${checkName({ check })}
      <td class="l e">${visibleText(explanation, EXPLANATION_LENGTH_MAX)}
      <td class="l e">${names}${hiddenCount > 0 && ` and ${formatCount(hiddenCount)} more`}`;
  });
  return html`<section><h2>Not checked</h2>
    <p class="n">What the outcome says nothing about.</p>
    ${scrolling("Not checked", html`<tr><th>check<th class="l">why<th class="l">features${rows}`)}
  </section>`;
}

function featureLink(feature: string, idOfFeature: ReadonlyMap<string, string>): Html {
  const id = idOfFeature.get(feature);
  const name = html`<bdi>${visibleText(feature)}</bdi>`;
  return id === undefined ? name : html`<a href="#${id}">${name}</a>`;
}

/** How many captured lines could not be read, by reason. */
export function quarantineTable(counts: Readonly<Record<string, number>>): Html | null {
  const reasons = Object.entries(counts).sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1));
  if (reasons.length === 0) return null;
  const rows = reasons.map(
    ([reason, count]) => html`<tr><th><bdi>${visibleText(reason)}</bdi><td>${formatCount(count)}`,
  );
  return html`<section><h2>Quarantined lines</h2>
    <p class="n">Captured lines that could not be read; no number of this report counts them.</p>
    <table class="q"><tr><th>reason<th>lines${rows}</table>
  </section>`;
}
