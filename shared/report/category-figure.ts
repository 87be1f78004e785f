import type { CategoryShare, CategoryShares, Shares } from "./category-shares.ts";
import { type Html, html } from "./html.ts";
import { formatPercent } from "./numbers.ts";
import { visibleText } from "./visible-text.ts";

/** Paired bars, one row a value: wide for the baseline, narrow inside it for the window. */
export function categoryFigure(categories: CategoryShares, domain: readonly string[] | null): Html {
  const known = domain === null ? null : new Set(domain);
  const { shown, others, othersCount } = categories;
  const widest = Math.max(
    ...[...shown, others].flatMap((share) => [
      share.baselineFraction ?? 0,
      share.windowFraction ?? 0,
    ]),
  );
  const rows = shown.map((share) => {
    const isNew = known !== null && !known.has(share.value);
    return row(
      html`${valueText(share)}${isNew && html` <em>not in the domain</em>`}`,
      share,
      widest,
    );
  });
  const rest = `${othersCount} other${othersCount === 1 ? "" : "s"}`;
  return html`<table class="k">
    <tr><th>value<th><span class="sr">shares</span><th>baseline<th>window
    ${rows}
    ${othersCount > 0 && row(html`<i>${rest}</i>`, others, widest)}
  </table>`;
}

function valueText({ value }: CategoryShare): Html {
  return value === "" ? html`<i>empty text</i>` : html`<bdi>${visibleText(value)}</bdi>`;
}

function row(name: Html, { baselineFraction, windowFraction }: Shares, widest: number): Html {
  return html`<tr><th>${name}
    <td class="p">${bar("s", baselineFraction, widest)}${bar("b", windowFraction, widest)}
    <td>${formatPercent(baselineFraction)}<td>${formatPercent(windowFraction)}`;
}

function bar(tag: "s" | "b", fraction: number | null, widest: number): Html | null {
  const percent = (100 * (fraction ?? 0)) / (widest || 1);
  if (percent < 0.05) return null;
  const width = percent.toFixed(1).replace(/\.0$/, "");
  return tag === "s"
    ? html`<s style="width:${width}%"></s>`
    : html`<b style="width:${width}%"></b>`;
}
