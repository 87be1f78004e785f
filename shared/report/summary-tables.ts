import type { FeatureCheck } from "../contracts/check-result.ts";
import { CHECK_WORDS, observedAndLimit } from "./check-words.ts";
import { type Html, html } from "./html.ts";
import { formatCount } from "./numbers.ts";
import { visibleText } from "./visible-text.ts";

/** Rows a table shows at most; every feature says its own checks as well. */
const ROWS_MAX = 60;
const EXPLANATION_LENGTH_MAX = 400;

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
  // What is wider than a phone scrolls, so it has to take the keyboard's focus.
  return html`<section><h2>${title}</h2>
    <div class="w" tabindex="0" role="region" aria-label="${title}">
      <table class="v">
        <tr><th>feature<th class="l">check<th>observed<th>limit<th class="l">what was found
        ${rows}
      </table>
    </div>
    ${hiddenCount > 0 && html`<p class="n">${hidden}</p>`}
  </section>`;
}

function checkRow(check: FeatureCheck, idOfFeature: ReadonlyMap<string, string>): Html {
  const [observed, limit] = observedAndLimit(check);
  const found = visibleText(check.explanation ?? "", EXPLANATION_LENGTH_MAX);
  return html`<tr><th>${featureLink(check.feature, idOfFeature)}
    <td class="l">${CHECK_WORDS[check.check].name}<td>${observed}<td>${limit}
    <td class="l e">${found}`;
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
