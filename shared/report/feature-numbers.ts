import type { FeatureStatistics, NumericalStatistics } from "../contracts/statistics-file.ts";
import { type Html, html } from "./html.ts";
import { formatCount, formatNumber, NO_NUMBER } from "./numbers.ts";
import type { ReportFeature } from "./report-features.ts";

type Read = (statistics: FeatureStatistics) => string | null;

const COLUMNS: readonly { readonly name: string; readonly read: Read }[] = [
  { name: "values", read: readPresent },
  { name: "distinct", read: readDistinct },
  { name: "mean", read: ofNumbers(({ mean }) => mean) },
  { name: "std dev", read: ofNumbers(({ std_dev }) => std_dev) },
  { name: "min", read: ofNumbers(({ min }) => min) },
  { name: "max", read: ofNumbers(({ max }) => max) },
];

/** The statistics of baseline and window, one row each; what neither side has gets no column. */
export function numbersTable({ baseline, window }: ReportFeature): Html {
  const sides = { baseline, window };
  const columns = COLUMNS.filter(({ read }) =>
    Object.values(sides).some((side) => side !== undefined && read(side) !== null),
  );
  if (columns.length === 0) return html``;
  const rows = Object.entries(sides).map(
    ([name, side]) =>
      html`<tr><th>${name}
        ${columns.map(({ read }) => html`<td>${(side && read(side)) ?? NO_NUMBER}`)}`,
  );
  return html`<table class="${columns.length > 2 ? "u" : "u few"}">
    <tr><td>${columns.map(({ name }) => html`<th>${name}`)}${rows}
  </table>`;
}

function ofNumbers(read: (statistics: NumericalStatistics) => number): Read {
  return ({ numerical_statistics: statistics }) =>
    statistics === undefined ? null : formatNumber(read(statistics));
}

function readPresent(statistics: FeatureStatistics): string | null {
  const block = statistics.numerical_statistics ?? statistics.string_statistics;
  return block === undefined ? null : formatCount(block.common.num_present);
}

function readDistinct(statistics: FeatureStatistics): string | null {
  const count =
    statistics.numerical_statistics?.approximate_num_distinct_values ??
    statistics.string_statistics?.distinct_count;
  return count === undefined ? null : formatCount(Math.round(count));
}
