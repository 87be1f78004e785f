import type { LabelCoverage } from "../contracts/quality-result.ts";
import { type Html, html } from "./html.ts";
import { formatCount, formatNumber, formatPercent, NO_NUMBER } from "./numbers.ts";

/** How much of the window's predictions is labelled, how late, and whether the rest looks alike. */
export function coverageTable(coverage: LabelCoverage): Html {
  const { invocationCount, recordCount, capturedCount, labelledCount, unmatchedLabelCount } =
    coverage;
  const rows: readonly (readonly [string, string, string])[] = [
    ["invocations", countOrNone(invocationCount), "that the endpoint counted itself"],
    ["captured requests", formatCount(recordCount), sampled(coverage)],
    ["captured rows", formatCount(capturedCount), unreadable(coverage)],
    ["labelled rows", formatCount(labelledCount), labelledShare(coverage)],
    ...(unmatchedLabelCount === null
      ? []
      : [
          [
            "labels without a capture",
            formatCount(unmatchedLabelCount),
            "of those that arrived during the window",
          ] as const,
        ]),
    ...delayRows(coverage),
    ...representativeRows(coverage),
  ];
  return html`<section><h2>Labels</h2>
    <table class="q">${rows.map(
      ([name, value, note]) => html`<tr><td class="l">${name}<td>${value}<td class="l n">${note}`,
    )}</table>
  </section>`;
}

function countOrNone(count: number | null): string {
  return count === null ? NO_NUMBER : formatCount(count);
}

function sampled({ capturedFraction }: LabelCoverage): string {
  if (capturedFraction === null) return "";
  return `${formatPercent(capturedFraction)} of the invocations`;
}

function unreadable({ unreadableCount }: LabelCoverage): string {
  return unreadableCount === 0 ? "" : `and ${formatCount(unreadableCount)} that cannot be read`;
}

function labelledShare({ labelledFraction }: LabelCoverage): string {
  return labelledFraction === null ? "" : `${formatPercent(labelledFraction)} of the captured`;
}

function delayRows({ delaySeconds }: LabelCoverage): [string, string, string][] {
  if (delaySeconds === null) return [];
  const { count, median, p90, p99, max } = delaySeconds;
  const note = `of ${formatCount(count)} labels that say their time`;
  return [
    ["label delay, median", hours(median), note],
    ["label delay, 90 %", hours(p90), ""],
    ["label delay, 99 %", hours(p99), ""],
    ["label delay, greatest", hours(max), ""],
  ];
}

function hours(seconds: number): string {
  return `${formatNumber(seconds / 3600, 3)} h`;
}

function representativeRows({ representativeness }: LabelCoverage): [string, string, string][] {
  if (representativeness === null) return [];
  const { representative, distance, pValue } = representativeness;
  const note = representative
    ? "the labelled rows look like the others"
    : "the labelled rows do not look like the others";
  const text = `${formatNumber(distance, 3)} (p ${formatNumber(pValue, 2)})`;
  return [["score distance, labelled to unlabelled", text, note]];
}
