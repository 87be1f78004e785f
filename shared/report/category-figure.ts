import type { CategoryShare, CategoryShares } from "./category-shares.ts";
import { type Html, html } from "./html.ts";
import { formatPercent } from "./numbers.ts";
import { visibleText } from "./visible-text.ts";

/** Paired bars, one row a value: wide for the baseline, narrow inside it for the window. */
export function categoryFigure(categories: CategoryShares, domain: readonly string[] | null): Html {
  const known = domain === null ? null : new Set(domain);
  const { shown, others, othersCount } = categories;
  const widest = Math.max(
    ...[...shown, others].flatMap((share) => [share.baselineFraction, share.windowFraction]),
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
  return html`<table class="k"><tr><th scope="col">value<th scope="col"><span class="sr">shares</span><th scope="col">baseline<th scope="col">window${rows}${
    othersCount > 0 && row(html`<i>${rest}</i>`, others, widest)
  }</table>`;
}

function valueText({ value }: CategoryShare): Html {
  return value === "" ? html`<i>empty text</i>` : html`<bdi>${visibleText(value)}</bdi>`;
}

function row(name: Html, share: Omit<CategoryShare, "value">, widest: number): Html {
  const { baselineFraction, windowFraction } = share;
  return html`<tr><th scope="row">${name}<td class="p"><s style="width:${width(baselineFraction, widest)}%"></s><b style="width:${width(windowFraction, widest)}%"></b><td>${formatPercent(baselineFraction)}<td>${formatPercent(windowFraction)}`;
}

function width(fraction: number, widest: number): string {
  return (widest === 0 ? 0 : (fraction / widest) * 100).toFixed(1).replace(/\.0$/, "");
}
