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
/** What is finer than this fraction of the range stays one place even on a logarithmic axis. */
const FINEST_FRACTION = 1e-12;

/** An axis over all values of both samples, from `fromX` to `toX` in drawing units. */
export function numericAxis(
  samples: readonly WeightedPoints[],
  fromX: number,
  toX: number,
): NumericAxis {
  const min = Math.min(...samples.map((sample) => sample.min));
  const max = Math.max(...samples.map((sample) => sample.max));
  // The widest ranges do not fit into a double: then all is measured in quarters.
  const unit = Number.isFinite(max - min) ? 1 : 0.25;
  const [low, high] = [min * unit, max * unit];
  const spread = narrowestSpread(samples) * unit;
  const logarithmic = spread > 0 && (high - low) / spread > LINEAR_RATIO_MAX;
  const scale = logarithmic
    ? scaleSymlog().constant(Math.max(spread / 2, (high - low) * FINEST_FRACTION))
    : scaleLinear();
  scale.domain([low, high]).range([fromX, toX]);
  return { toX: (value) => scale(value * unit), min, max, logarithmic };
}

function narrowestSpread(samples: readonly WeightedPoints[]): number {
  const spreads = samples
    .map((sample) => quantileOf(sample, 0.95) - quantileOf(sample, 0.05))
    .filter((spread) => spread > 0);
  return spreads.length === 0 ? 0 : Math.min(...spreads);
}
