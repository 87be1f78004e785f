import gammainc from "@stdlib/math-base-special-gammainc";
import { type CategoryCounts, totalOf } from "./category-counts.ts";
import type { PValue } from "./score.ts";

/** With more than two categories: at most a fifth may be expected fewer than 5 times. */
const LEAST_EXPECTED = 5;
const SMALL_FRACTION_MOST = 0.2;
/** With two categories both must be expected at least 10 times. */
const LEAST_EXPECTED_OF_TWO = 10;

/** A category: how often it is expected and how often it was seen. */
interface Cell {
  readonly expected: number;
  readonly observed: number;
}

/**
 * Model Monitor's `ChiSquared` test of categories: Pearson's goodness of fit to the baseline's
 * shares.
 *
 * It takes the baseline for the truth, without sampling error of its own, and knows the baseline's
 * categories alone: a new one is seen by the categorical values check, not here. Small categories
 * are merged, the least expected into the next, until the approximation holds.
 *
 * @param baseline counts by category, of at least one value
 * @param current  counts by category, of at least one value
 * @returns the p-value, or null when fewer than two categories remain: then there is nothing to
 *   test
 * @throws RangeError when a side has no values; never returns NaN
 *
 * Accuracy: the tail is the upper incomplete gamma function itself, right to 1e-12 relative where
 * Deequ's 1 − F is 0. Cost: O(k log k).
 * Source: https://github.com/awslabs/deequ, Distance.scala, `categoricalChiSquareTest`. Among
 * equally expected categories Deequ merges in the order of a hash table; here the text decides.
 * Golden: Deequ 2.0.7 for statistic and p-value, scipy.stats.chi2.sf for the tail.
 */
export function categoricalChiSquared(
  baseline: CategoryCounts,
  current: CategoryCounts,
): PValue | null {
  const baselineTotal = totalOf(baseline);
  totalOf(current);
  // A category that the baseline lists with no value is unknown to it: it would expect 0 of 0.
  const known = [...baseline.counts]
    .filter(([, count]) => count > 0)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  const seen = known.map(([category]) => current.counts.get(category) ?? 0);
  const seenTotal = seen.reduce((sum, count) => sum + count, 0);
  const cells = mergeSmall(
    known.map(([, count], index) => ({
      expected: (count / baselineTotal) * seenTotal,
      observed: seen[index]!,
    })),
  );
  if (cells.length < 2) return null;
  const statistic = cells.reduce(
    (sum, { expected, observed }) => sum + (observed - expected) ** 2 / expected,
    0,
  );
  const degreesOfFreedom = cells.length - 1;
  const value = chiSquaredTail(statistic, degreesOfFreedom);
  return { kind: "p-value", value, statistic, degreesOfFreedom };
}

/**
 * Probability that a chi-squared variable is at least `statistic`: Q(k/2, x/2), itself and never 1
 * − P.
 *
 * Golden: scipy.stats.chi2.sf.
 */
export function chiSquaredTail(statistic: number, degreesOfFreedom: number): number {
  return gammainc(statistic / 2, degreesOfFreedom / 2, true, true);
}

function mergeSmall(cells: readonly Cell[]): readonly Cell[] {
  // Ascending, so that the two to merge are always at the front; equal ones stay in their order.
  let ascending = [...cells].sort((a, b) => a.expected - b.expected);
  while (ascending.length >= 2 && hasTooManySmall(ascending)) {
    const [least, next, ...others] = ascending;
    const merged = {
      expected: least!.expected + next!.expected,
      observed: least!.observed + next!.observed,
    };
    const place = others.findIndex(({ expected }) => expected >= merged.expected);
    ascending = others.toSpliced(place === -1 ? others.length : place, 0, merged);
  }
  return ascending;
}

function hasTooManySmall(cells: readonly Cell[]): boolean {
  const ofTwo = cells.length === 2;
  const leastExpected = ofTwo ? LEAST_EXPECTED_OF_TWO : LEAST_EXPECTED;
  const mostSmall = ofTwo ? 0 : Math.floor(SMALL_FRACTION_MOST * cells.length);
  return cells.filter(({ expected }) => expected < leastExpected).length > mostSmall;
}
