import type { MetricReading } from "../contracts/quality-result.ts";
import type {
  EvaluationReport,
  SliceComparison,
} from "../contracts/self-healing/evaluation-report.ts";
import { outcomeMark } from "./check-words.ts";
import { type Html, html } from "./html.ts";
import { formatComparison, formatCount, formatNoun, formatNumber } from "./numbers.ts";
import { scrolling } from "./page.ts";
import { metricName } from "./quality-sentences.ts";
import { visibleText } from "./visible-text.ts";

/** Slices that are shown at most; the report has them all. */
const SLICES_MAX = 40;

/** Every metric of challenger and champion on the same rows, the one that decides first. */
export function comparedMetrics(report: EvaluationReport): Html {
  const champion = new Map(report.championMetrics.map((each) => [each.metric, each]));
  const isDeciding = ({ metric }: MetricReading) => metric === report.metric;
  const rows = report.challengerMetrics
    .toSorted((a, b) => Number(isDeciding(b)) - Number(isDeciding(a)))
    .map((each) => metricRow(each, champion.get(each.metric), isDeciding(each)));
  const head = html`<tr><th>metric<th>challenger<th>champion<th>challenger's 95 %<th>champion's 95 %`;
  return html`<section><h2>Challenger against champion</h2>
    <p>${ruleSentence(report)}</p>
    <p class="n">${rowsSentence(report)}</p>
    ${scrolling("Metrics of challenger and champion", html`${head}${rows}`)}
  </section>`;
}

function rowsSentence({ rowCount }: EvaluationReport): string {
  const rows = `Both on the same ${formatNoun(rowCount, "labelled row")}`;
  const champion = "the champion's answers are those that it gave when it was asked";
  return `${rows}, which the challenger has not learned from; ${champion}.`;
}

function metricRow(
  challenger: MetricReading,
  champion: MetricReading | undefined,
  isDeciding: boolean,
): Html {
  const [now, before] = formatComparison(challenger.value, champion?.value ?? null, formatNumber);
  const name = metricName(challenger.metric);
  return html`<tr><th>${isDeciding ? html`<b>${name}</b>, decides` : name}
    <td>${now}<td>${before}
    <td>${bounds(challenger.interval)}<td>${bounds(champion?.interval ?? null)}`;
}

function ruleSentence({ metric, margin, improvement, test }: EvaluationReport): string {
  const rule = `Better means that the lower bound of the gain in ${metricName(metric)} is above`;
  const found = improvement === null ? "" : `: it is ${formatNumber(improvement.interval.lower)}`;
  const name = test?.name === "delong" ? "DeLong's" : "McNemar's";
  const chance =
    test === null ? "" : ` ${name} test of no difference: p = ${formatNumber(test.pValue)}.`;
  return `${rule} ${formatNumber(margin)}${found}.${chance}`;
}

function bounds(interval: { readonly lower: number; readonly upper: number } | null): string {
  if (interval === null) return "";
  return `${formatNumber(interval.lower)} to ${formatNumber(interval.upper)}`;
}

const RANKS = { worse: 0, inconclusive: 1, passed: 2 } as const;
const MARKS = { worse: "violated", inconclusive: "inconclusive", passed: "passed" } as const;

/** The same comparison for each part of the rows that the definition watches, the worst first. */
export function comparedSlices({ slices }: EvaluationReport): Html | null {
  if (slices.length === 0) return null;
  const shown = slices.toSorted((a, b) => RANKS[a.outcome] - RANKS[b.outcome]).slice(0, SLICES_MAX);
  const head = html`<tr><th>slice<th>rows<th>challenger<th>champion<th>gain<th class="l">found`;
  const hiddenCount = slices.length - shown.length;
  return html`<section><h2>Slices</h2>
    <p class="n">A version that is worse for a part of the rows is not registered.</p>
    ${scrolling("Slices", html`${head}${shown.map(sliceRow)}`)}
    ${hiddenCount > 0 && html`<p class="n">and ${formatCount(hiddenCount)} more that passed.</p>`}
  </section>`;
}

function sliceRow(slice: SliceComparison): Html {
  const { feature, value, rowCount, outcome, champion, challenger, improvement, reason } = slice;
  const [now, before] = formatComparison(challenger, champion, formatNumber);
  return html`<tr class="${MARKS[outcome]}"><th>${outcomeMark(MARKS[outcome])}
      <bdi> ${visibleText(feature)} = ${visibleText(value)}</bdi>
    <td>${formatCount(rowCount)}<td>${now}<td>${before}
    <td>${bounds(improvement?.interval ?? null)}
    <td class="l e">${visibleText(reason, 400)}`;
}
