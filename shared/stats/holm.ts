/**
 * p-values of tests made together, adjusted so that rejecting those at or below α rejects a true
 * hypothesis with probability α at most, however the tests depend on each other (Holm's step-down).
 *
 * The smallest is what Bonferroni makes of it; the others lose less.
 *
 * @param pValues each in [0, 1]
 * @returns as many, in the same order, each at least its own p-value and at most 1
 * @throws RangeError when a value is outside [0, 1]
 *
 * Source: Holm 1979, https://www.jstor.org/stable/4615733.
 * Golden: statsmodels.stats.multitest.multipletests(method="holm").
 *
 * @example holmAdjusted([0.01, 0.04]) // => [0.02, 0.04]
 */
export function holmAdjusted(pValues: readonly number[]): number[] {
  const bad = pValues.find((value) => !(value >= 0 && value <= 1));
  if (bad !== undefined) throw new RangeError(`p-value ${bad}: must be in [0, 1]`);
  const ascending = [...pValues.entries()].sort(([, a], [, b]) => a - b);
  const adjusted = new Array<number>(pValues.length);
  let greatest = 0;
  for (const [rank, [index, value]] of ascending.entries()) {
    greatest = Math.max(greatest, Math.min(1, value * (pValues.length - rank)));
    adjusted[index] = greatest;
  }
  return adjusted;
}
