import normalQuantile from "@stdlib/stats-base-dists-normal-quantile";
import type { Discordance } from "./mcnemar.ts";

/**
 * Interval of how much more often the challenger is right than the champion, on the same rows.
 *
 * Wald's interval after one imagined row of each discordant kind, so that models that agree on every row
 * are not taken for certainly equal.
 *
 * @param rowCount all rows, those on which both agree included; at least 1
 * @param confidence such as 0.95
 * @throws RangeError when there are fewer rows than discordant ones, or none
 *
 * Source: Bonett & Price 2012, doi:10.3102/1076998611411915.
 * Golden: the formula in numpy, and the example of R's statpsych::ci.prop.ps.
 */
export function accuracyDifferenceInterval(
  { championOnlyCount, challengerOnlyCount }: Discordance,
  rowCount: number,
  confidence: number,
): { readonly lower: number; readonly upper: number } {
  if (rowCount < 1 || rowCount < championOnlyCount + challengerOnlyCount) {
    throw new RangeError(`accuracy difference: ${rowCount} rows: must hold the discordant ones`);
  }
  const better = (challengerOnlyCount + 1) / (rowCount + 2);
  const worse = (championOnlyCount + 1) / (rowCount + 2);
  const difference = better - worse;
  const variance = (better + worse - difference ** 2) / (rowCount + 2);
  const half = normalQuantile((1 + confidence) / 2, 0, 1) * Math.sqrt(variance);
  return {
    lower: Math.max(-1, difference - half),
    upper: Math.min(1, difference + half),
  };
}
