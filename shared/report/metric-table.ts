import type {
  MetricCheck,
  MetricReading,
  QualityCheckResult,
} from "../contracts/quality-result.ts";
import { type Html, html } from "./html.ts";
import { formatNumber } from "./numbers.ts";
import { scrolling } from "./page.ts";
import { metricName } from "./quality-sentences.ts";
import { visibleText } from "./visible-text.ts";

/** Every metric with its interval against its limit, the checked ones first, the violated before all. */
export function metricTable({ metrics, checks }: QualityCheckResult): Html | null {
  if (metrics.length === 0) return null;
  const checkOf = new Map(checks.map((check) => [check.metric, check]));
  const rank = ({ metric }: MetricReading) => RANKS[checkOf.get(metric)?.outcome ?? "unchecked"];
  const rows = [...metrics]
    .sort((a, b) => rank(a) - rank(b))
    .map((reading) => metricRow(reading, checkOf.get(reading.metric)));
  const head = html`<tr><th>metric<th>window<th>95 % interval<th>limit<th class="l">
    <span class="sr">drawing</span><th class="l">found`;
  return html`<section><h2>Metrics</h2>
    <p class="n">The bar is the interval, the dot the value, the upright line the limit.</p>
    ${scrolling("Metrics", html`${head}${rows}`)}
  </section>`;
}

const RANKS = { violated: 0, inconclusive: 1, passed: 2, unchecked: 3 } as const;

function metricRow(reading: MetricReading, check: MetricCheck | undefined): Html {
  const { metric, value, interval, undefinedBecause } = reading;
  const bounds =
    interval === null ? "" : `${formatNumber(interval.lower)} to ${formatNumber(interval.upper)}`;
  const found = check?.explanation ?? undefinedBecause ?? "not constrained";
  return html`<tr class="${check?.outcome ?? "unchecked"}"><th>${metricName(metric)}
    <td>${formatNumber(value)}<td>${bounds}<td>${formatNumber(check?.threshold)}
    <td class="l">${whisker(reading, check)}<td class="l e">${visibleText(found, 400)}`;
}

const WIDTH = 160;
const INSET = 8;

/** The numbers stand beside it, so the drawing is no content of its own. */
function whisker({ value, interval }: MetricReading, check: MetricCheck | undefined): Html | null {
  if (value === null || interval === null) return null;
  const shown = [value, interval.lower, interval.upper, check?.threshold ?? value];
  const [least, greatest] = [Math.min(...shown), Math.max(...shown)];
  const scale = greatest > least ? (WIDTH - 2 * INSET) / (greatest - least) : 0;
  const x = (number: number) => Math.round(INSET + (number - least) * scale);
  const limit = check && html`<path class="x" d="M${x(check.threshold)},1V19"/>`;
  return html`<svg class="q" viewBox="0 0 ${WIDTH} 20" aria-hidden="true">
    <path class="wl" d="M${x(interval.lower)},10H${x(interval.upper)}"/>
    <circle class="wb" cx="${x(value)}" cy="10" r="5"/>${limit ?? null}</svg>`;
}
