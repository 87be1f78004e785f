import type { FeatureStatistics } from "../contracts/statistics-file.ts";
import { categoryFigure } from "./category-figure.ts";
import { compareCategories } from "./category-shares.ts";
import { CHECK_WORDS, observedAndLimit, outcomeMark } from "./check-words.ts";
import { type Html, html } from "./html.ts";
import { formatCount, formatNumber } from "./numbers.ts";
import { numericFigure } from "./numeric-figure.ts";
import type { ReportFeature } from "./report-features.ts";
import { typeStrips } from "./type-strips.ts";
import { visibleText } from "./visible-text.ts";
import { readWeightedPoints } from "./weighted-points.ts";

/** One feature: its checks, baseline against window in numbers, and both drawn. */
export function featureSection(feature: ReportFeature, id: string): Html {
  return html`<section id="${id}" class="f"><div><h3>${outcomeMark(feature.outcome)} <bdi>${visibleText(feature.name)}</bdi></h3>${checksTable(feature)}${numbersTable(feature)}</div><div class="d">${drawings(feature)}${typeStrips(feature)}</div></section>
`;
}

function checksTable({ checks }: ReportFeature): Html | null {
  if (checks.length === 0) return null;
  const rows = checks.map((check) => {
    const [observed, limit] = observedAndLimit(check);
    return html`<tr class="${check.outcome}"><th scope="row">${CHECK_WORDS[check.check].name}<td>${observed}<td>${limit}`;
  });
  return html`<table class="c"><tr><th scope="col">check<th scope="col">observed<th scope="col">limit${rows}</table>`;
}

function numbersTable({ baseline, window }: ReportFeature): Html {
  const rows = NUMBERS.filter(({ read }) => baseline && window && read(baseline) + read(window));
  const cell = (statistics: FeatureStatistics | undefined, read: Read) =>
    html`<td>${statistics === undefined ? "–" : read(statistics)}`;
  return html`<table class="c"><tr><td><th scope="col">baseline<th scope="col">window${(
    rows.length ? rows : NUMBERS
  ).map(
    ({ name, read }) =>
      html`<tr><th scope="row">${name}${cell(baseline, read)}${cell(window, read)}`,
  )}</table>`;
}

type Read = (statistics: FeatureStatistics) => string;

const numeric = (read: (statistics: NonNullable<Numeric>) => number | undefined): Read => {
  return ({ numerical_statistics: statistics }) =>
    statistics === undefined ? "" : formatNumber(read(statistics));
};
type Numeric = FeatureStatistics["numerical_statistics"];

/** The numbers of a feature; a row that says nothing on either side is left out. */
const NUMBERS: readonly { readonly name: string; readonly read: Read }[] = [
  { name: "type", read: ({ inferred_type }) => inferred_type },
  { name: "values", read: (statistics) => readPresent(statistics) },
  { name: "distinct", read: (statistics) => readDistinct(statistics) },
  { name: "mean", read: numeric(({ mean }) => mean) },
  { name: "std dev", read: numeric(({ std_dev }) => std_dev) },
  { name: "min", read: numeric(({ min }) => min) },
  { name: "max", read: numeric(({ max }) => max) },
];

function readPresent(statistics: FeatureStatistics): string {
  const { common } = statistics.numerical_statistics ?? statistics.string_statistics ?? {};
  return common === undefined ? "" : formatCount(common.num_present);
}

function readDistinct(statistics: FeatureStatistics): string {
  const count =
    statistics.numerical_statistics?.approximate_num_distinct_values ??
    statistics.string_statistics?.distinct_count;
  return count === undefined ? "" : formatCount(Math.round(count));
}

function drawings({ baseline, window, constraints }: ReportFeature): Html {
  const figure = numericFigure({
    baseline: readWeightedPoints(baseline?.numerical_statistics),
    window: readWeightedPoints(window?.numerical_statistics),
  });
  const categories = compareCategories([baseline?.string_statistics, window?.string_statistics]);
  const domain = constraints?.string_constraints?.domains ?? null;
  if (figure === null && categories === null) {
    return html`<p class="n">${whyNotDrawn([baseline, window])}</p>`;
  }
  return html`${figure && html`<div class="g2">${figure}</div>`}${categories && categoryFigure(categories, domain)}`;
}

function whyNotDrawn(sides: readonly (FeatureStatistics | undefined)[]): string {
  if (sides.every((side) => side === undefined || side.inferred_type === "Unknown")) {
    return "No value is present.";
  }
  return "Too many distinct texts to list or to compare.";
}
