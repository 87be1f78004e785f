import { area, curveStepAfter, line } from "d3-shape";
import { CompactPath } from "./compact-path.ts";
import type { Detail } from "./detail.ts";
import { type Html, html } from "./html.ts";
import { formatNumber, formatPercent } from "./numbers.ts";
import { type NumericAxis, numericAxis } from "./numeric-axis.ts";
import { findWidestGap, type WeightedPoints } from "./weighted-points.ts";

/** Drawing units; a unit is half a pixel at the drawing's natural width. */
const WIDTH = 600;
const HEIGHT = 250;
const TOP = 36;
const BASE = 212;
const LABEL_Y = 242;

/** Up to this many distinct values in both samples, each value gets its own pair of bars. */
const DISCRETE_MAX = 12;
/** A lower gap has its number beside the curves, not in the gap. */
const LABEL_BESIDE_MIN = 0.12;

export interface NumericSamples {
  readonly baseline: WeightedPoints | null;
  readonly window: WeightedPoints | null;
}

/**
 * Two drawings side by side: how often each value occurs, and the two cumulative distributions with
 * the place where they lie farthest apart, whose height is the drift distance before any allowance.
 */
export function numericFigure(samples: NumericSamples, detail: Detail): Html | null {
  const present = [samples.baseline, samples.window].filter((sample) => sample !== null);
  if (present.length === 0) return null;
  const distinct = new Set(present.flatMap((sample) => sample.values.slice(0, DISCRETE_MAX + 1)));
  const discrete = distinct.size <= DISCRETE_MAX;
  const inset = discrete ? WIDTH / (2 * distinct.size + 2) : 0;
  const axis = numericAxis(present, inset, WIDTH - inset);
  const shape = discrete
    ? barsOfValues(samples, [...distinct], axis)
    : outlines(samples, axis, detail.binCount);
  const frequencies = html`${shape}${axisLabels(axis)}`;
  return html`${drawing(frequencies)}${cumulativeDrawing(samples, axis, detail.curveStep)}`;
}

/** The numbers of a drawing stand in the tables beside it, so it is no content of its own. */
function drawing(shapes: Html): Html {
  return html`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" aria-hidden="true">${shapes}</svg>`;
}

/** Shares of equal-width bins: the baseline as an area, the window as a line over it. */
function outlines(samples: NumericSamples, axis: NumericAxis, binCount: number): Html {
  const baseline = binShares(samples.baseline, axis, binCount);
  const window = binShares(samples.window, axis, binCount);
  const highest = Math.max(...baseline, ...window);
  const toPoints = (shares: readonly number[]): [number, number][] => [
    ...shares.map((share, bin): [number, number] => [(bin * WIDTH) / binCount, share / highest]),
    [WIDTH, 0],
  ];
  const toY = (height: number) => BASE - height * (BASE - TOP);
  const areaPath = new CompactPath();
  area<[number, number]>()
    .x(([x]) => x)
    .y0(BASE)
    .y1(([, height]) => toY(height))
    .curve(curveStepAfter)
    .context(areaPath as unknown as CanvasRenderingContext2D)(toPoints(baseline));
  const linePath = new CompactPath();
  line<[number, number]>()
    .x(([x]) => x)
    .y(([, height]) => toY(height))
    .curve(curveStepAfter)
    .context(linePath as unknown as CanvasRenderingContext2D)([[0, 0], ...toPoints(window)]);
  return html`${topLabel(highest)}
    ${samples.baseline && html`<path class="ba" d="${areaPath.toString()}"/>`}
    ${samples.window && html`<path class="wl" d="${linePath.toString()}"/>`}`;
}

function binShares(sample: WeightedPoints | null, axis: NumericAxis, binCount: number): number[] {
  const shares = new Array<number>(binCount).fill(0);
  if (sample === null) return shares;
  let before = 0;
  for (const [index, value] of sample.values.entries()) {
    const fraction = sample.cumulativeFractions[index] ?? before;
    const bin = Math.min(binCount - 1, Math.floor((axis.toX(value) / WIDTH) * binCount));
    shares[bin] = (shares[bin] ?? 0) + fraction - before;
    before = fraction;
  }
  return shares;
}

/** A wide bar of the baseline's share and a narrow one of the window's at each value. */
function barsOfValues(samples: NumericSamples, values: readonly number[], axis: NumericAxis): Html {
  const wide = Math.min(64, (WIDTH / (values.length + 1)) * 0.7);
  const bars = (sample: WeightedPoints | null, highest: number, width: number) => {
    const path = new CompactPath();
    for (const [value, share] of valueShares(sample)) {
      const left = axis.toX(value) - width / 2;
      const top = BASE - (share / highest) * (BASE - TOP);
      path.moveTo(left, BASE);
      path.lineTo(left, top);
      path.lineTo(left + width, top);
      path.lineTo(left + width, BASE);
    }
    return path.toString();
  };
  const shares = [...valueShares(samples.baseline), ...valueShares(samples.window)];
  const highest = Math.max(...shares.map(([, share]) => share));
  return html`${topLabel(highest)}
    <path class="ba" d="${bars(samples.baseline, highest, wide)}"/>
    <path class="wb" d="${bars(samples.window, highest, wide / 3)}"/>`;
}

function valueShares(sample: WeightedPoints | null): [value: number, share: number][] {
  if (sample === null) return [];
  return sample.values.map((value, index) => [
    value,
    (sample.cumulativeFractions[index] ?? 0) - (sample.cumulativeFractions[index - 1] ?? 0),
  ]);
}

function cumulativeDrawing(samples: NumericSamples, axis: NumericAxis, step: number): Html {
  const curve = (sample: WeightedPoints | null, style: string) =>
    sample && html`<path class="${style}" d="${cumulativePath(sample, axis, step)}"/>`;
  return drawing(html`${topLabel(1)}
    ${curve(samples.baseline, "bl")}${curve(samples.window, "wl")}
    ${widestGapMark(samples, axis)}${axisLabels(axis)}`);
}

function cumulativePath(sample: WeightedPoints, axis: NumericAxis, step: number): string {
  const path = new CompactPath();
  const first = axis.toX(sample.values[0] ?? 0);
  path.moveTo(0, BASE);
  path.lineTo(first, BASE);
  if (sample.values.length <= WIDTH / step / 2) {
    // Few enough values to draw every step where it is.
    let y = BASE;
    for (const [index, value] of sample.values.entries()) {
      path.lineTo(axis.toX(value), y);
      y = fractionY(sample.cumulativeFractions[index] ?? 0);
      path.lineTo(axis.toX(value), y);
    }
  } else {
    for (const [x, fraction] of sampledFractions(sample, axis, step))
      path.lineTo(x, fractionY(fraction));
  }
  path.lineTo(WIDTH, TOP);
  return path.toString();
}

function sampledFractions(
  sample: WeightedPoints,
  axis: NumericAxis,
  step: number,
): [number, number][] {
  const sampled = new Map<number, number>();
  for (const [index, value] of sample.values.entries()) {
    const x = Math.ceil(axis.toX(value) / step) * step;
    sampled.set(x, sample.cumulativeFractions[index] ?? 0);
  }
  return [...sampled];
}

function fractionY(fraction: number): number {
  return BASE - fraction * (BASE - TOP);
}

function widestGapMark({ baseline, window }: NumericSamples, axis: NumericAxis): Html | null {
  if (baseline === null || window === null) return null;
  const gap = findWidestGap(baseline, window);
  const size = Math.abs(gap.baselineFraction - gap.windowFraction);
  if (size === 0) return null;
  const x = Math.round(axis.toX(gap.value));
  const ends = [fractionY(gap.baselineFraction), fractionY(gap.windowFraction)].map(Math.round);
  const [top, bottom] = [Math.min(...ends), Math.max(...ends)];
  // The curves rise: left of them there is room above, right of them below.
  const small = size < LABEL_BESIDE_MIN;
  const atRight = x > WIDTH / 2;
  const y = small ? (atRight ? top - 8 : bottom + 26) : Math.round((top + bottom) / 2) + 7;
  return html`
    <path class="g" d="M${x - 5},${top}h10M${x},${top}V${bottom}m-5,0h10"/>
    <text class="g" x="${atRight ? x - 10 : x + 10}" y="${y}"${atRight && END}>
      ${formatNumber(size, 3)}
    </text>`;
}

const END = html` text-anchor="end"`;
const MIDDLE = html` text-anchor="middle"`;

/** The share at the top of a drawing; its base line is 0 %. */
function topLabel(fraction: number): Html {
  return html`<text x="0" y="${TOP - 10}">${formatPercent(fraction)}</text>`;
}

/** A frame that spans the data's range alone, with its two ends named. */
function axisLabels(axis: NumericAxis): Html {
  const labels =
    axis.min === axis.max
      ? html`${label(axis.toX(axis.min), MIDDLE, formatNumber(axis.min))}`
      : html`${label(0, null, formatNumber(axis.min))}
          ${axis.logarithmic && label(WIDTH / 2, MIDDLE, "log scale")}
          ${label(WIDTH, END, formatNumber(axis.max))}`;
  return html`<path class="x" d="M0,${BASE}H${WIDTH}"/>${labels}`;
}

function label(x: number, anchor: Html | null, text: string): Html {
  return html`<text x="${Math.round(x)}" y="${LABEL_Y}"${anchor}>${text}</text>`;
}
