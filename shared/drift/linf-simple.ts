import type { KllSketch } from "../sketch/kll.ts";
import { type RankCurve, rankCurve } from "../sketch/kll-ranks.ts";
import { type Score, scoreWithin } from "./score.ts";

/**
 * Model Monitor's `linf_simple` of numbers: the greatest gap between two distribution functions.
 *
 * The two-sample Kolmogorov–Smirnov statistic over the items of both sketches, with inclusive
 * ranks: 0 means the same shares below every value, 1 that all numbers of one lie below those of
 * the other.
 *
 * @param baseline sketch of at least one number
 * @param current  sketch of at least one number
 * @returns score in [0, 1], symmetric; `low` and `high` from the bounds that both sketches carry
 * @throws RangeError when a sketch is empty; never returns NaN
 *
 * Accuracy: exact for sketches that never compacted. Cost: O(items of both).
 * Source: https://github.com/awslabs/deequ, Distance.scala, `numericalDistance`, which however
 * counts each distinct item of a sketch once: there a flag that goes from 10 % to 90 % ones has
 * distance 0. Here every item counts with its weight, as in Knuth, The Art of Computer Programming,
 * 3.3.1 B.
 * Golden: Deequ 2.0.7 where no item repeats, scipy.stats.ks_2samp for all.
 */
export function linfSimple(baseline: KllSketch, current: KllSketch): Score {
  if (baseline.count === 0 || current.count === 0) {
    throw new RangeError(
      `linf_simple: counts ${baseline.count} and ${current.count}: must both be positive`,
    );
  }
  const distance = greatestGap(
    { ...rankCurve(baseline), count: baseline.count },
    { ...rankCurve(current), count: current.count },
  );
  return scoreWithin(distance, rankError(baseline) + rankError(current));
}

/** Both curves side by side; each step of either is looked at once. */
function greatestGap(a: CountedCurve, b: CountedCurve): number {
  const [aValues, bValues, aRanks, bRanks] = [a.values, b.values, a.ranks, b.ranks];
  let [i, j, gap, below, belowNow] = [0, 0, 0, 0, 0];
  // Once one curve has ended it is at 1, and the gap can only close.
  while (i < aValues.length && j < bValues.length) {
    const x = aValues[i]!;
    const y = bValues[j]!;
    if (x <= y) below = aRanks[i++]! / a.count;
    if (y <= x) belowNow = bRanks[j++]! / b.count;
    const distance = Math.abs(below - belowNow);
    if (distance > gap) gap = distance;
  }
  return gap;
}

interface CountedCurve extends RankCurve {
  readonly count: number;
}

/** By which fraction of its values a sketch's rank can be wrong at most. */
function rankError(sketch: KllSketch): number {
  return Math.max(sketch.overcount, sketch.undercount) / sketch.count;
}
