import { type CategoryCounts, totalOf } from "./category-counts.ts";
import { type Score, scoreWithin } from "./score.ts";

/**
 * Model Monitor's `LInfinity` distance of categories: the greatest change of one category's share.
 *
 * Shares, not a distribution function: categories have no order. 0.12 means that some category has
 * twelve of a hundred more, or fewer, of the values than before. A category known to one side alone
 * counts.
 *
 * @param baseline counts by category, of at least one value
 * @param current  counts by category, of at least one value
 * @returns score in [0, 1], symmetric; `low` and `high` by how far the window's counts can be off
 * @throws RangeError when a side has no values; never returns NaN
 *
 * Cost: O(categories of both).
 * Source: https://github.com/awslabs/deequ, Distance.scala, `categoricalLInfinityDistance`.
 * Golden: Deequ 2.0.7.
 */
export function categoricalLinf(baseline: CategoryCounts, current: CategoryCounts): Score {
  const baselineTotal = totalOf(baseline);
  const currentTotal = totalOf(current);
  let distance = 0;
  for (const category of new Set([...baseline.counts.keys(), ...current.counts.keys()])) {
    const share = (baseline.counts.get(category) ?? 0) / baselineTotal;
    const shareNow = (current.counts.get(category) ?? 0) / currentTotal;
    distance = Math.max(distance, Math.abs(share - shareNow));
  }
  const error = baseline.countError / baselineTotal + current.countError / currentTotal;
  return scoreWithin(distance, error);
}
