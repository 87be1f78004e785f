import { scaleLinear, scaleSymlog } from "d3-scale";
import { quantileOf, type WeightedPoints } from "./weighted-points.ts";

/** Both samples' values along the width of a drawing. */
export interface NumericAxis {
  readonly toX: (value: number) => number;
  readonly min: number;
  readonly max: number;
  /** A symmetric logarithmic axis, where one sample would be a hairline on a linear one. */
  readonly logarithmic: boolean;
}

/** Above this ratio of the whole range to the narrower spread, a linear axis hides a sample. */
const LINEAR_RATIO_MAX = 60;

/** An axis over all values of both samples, from `fromX` to `toX` in drawing units. */
export function numericAxis(
  samples: readonly WeightedPoints[],
  fromX: number,
  toX: number,
): NumericAxis {
  const min = Math.min(...samples.map((sample) => sample.values[0] ?? 0));
  const max = Math.max(...samples.map((sample) => sample.values.at(-1) ?? 0));
  const range: [number, number] = [fromX, toX];
  const spread = narrowestSpread(samples);
  if (spread > 0 && (max - min) / spread > LINEAR_RATIO_MAX) {
    const scale = scaleSymlog()
      .constant(spread / 2)
      .domain([min, max])
      .range(range);
    return { toX: (value) => scale(value), min, max, logarithmic: true };
  }
  // A single value stands in the middle.
  const domain: [number, number] = min === max ? [min - 1, max + 1] : [min, max];
  const scale = scaleLinear().domain(domain).range(range);
  return { toX: (value) => scale(value), min, max, logarithmic: false };
}

function narrowestSpread(samples: readonly WeightedPoints[]): number {
  const spreads = samples
    .map((sample) => quantileOf(sample, 0.95) - quantileOf(sample, 0.05))
    .filter((spread) => spread > 0);
  return spreads.length === 0 ? 0 : Math.min(...spreads);
}
