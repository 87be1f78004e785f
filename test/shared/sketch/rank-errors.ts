import { createKllBuilder, KLL_SIZE, type KllSketch } from "../../../shared/sketch/kll.ts";
import { rankCurve } from "../../../shared/sketch/kll-ranks.ts";

/** The sketch of values as the scan makes it: block by block, each sorted. */
export function sketchOf(values: Float64Array, k: number = KLL_SIZE): KllSketch {
  const builder = createKllBuilder(k);
  for (let start = 0; start < values.length; start += k) {
    builder.addSortedBlock(values.slice(start, start + k).sort());
  }
  return builder.finish();
}

/** The sketch of values as the kernel makes it: every eighth of a sorted block, from 3 or 4 on. */
export function sampledSketchOf(values: Float64Array): KllSketch {
  const builder = createKllBuilder();
  for (let block = 0; block * SAMPLED_BLOCK < values.length; block++) {
    const run = values.slice(block * SAMPLED_BLOCK, (block + 1) * SAMPLED_BLOCK).sort();
    const offset = 3 + (block % 2);
    if (run.length < SAMPLED_BLOCK) builder.addSortedBlock(run);
    else
      builder.addSampledRun(
        run.filter((_, index) => index % 8 === offset),
        3,
        offset,
      );
  }
  return builder.finish();
}

const SAMPLED_BLOCK = 4096;

/** By how much the sketch's inclusive rank of any number is too high, and too low, at most. */
export function greatestRankErrors(
  values: Float64Array,
  sketch: KllSketch,
): { tooHigh: number; tooLow: number } {
  const sorted = values.slice().sort();
  const curve = rankCurve(sketch);
  let [tooHigh, tooLow, step, estimate] = [0, 0, 0, 0];
  for (let first = 0; first < sorted.length; ) {
    const value = sorted[first]!;
    // Just below a value the true rank is `first`; the estimate is that of the last step before.
    while (curve.values[step]! < value) estimate = curve.ranks[step++]!;
    tooHigh = Math.max(tooHigh, estimate - first);
    tooLow = Math.max(tooLow, first - estimate);
    let end = first;
    while (sorted[end] === value) end++;
    if (curve.values[step] === value) estimate = curve.ranks[step++]!;
    tooHigh = Math.max(tooHigh, estimate - end);
    tooLow = Math.max(tooLow, end - estimate);
    first = end;
  }
  return { tooHigh, tooLow };
}
