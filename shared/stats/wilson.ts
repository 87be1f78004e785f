import { type Interval, NORMAL_QUANTILE_975 } from "./interval.ts";

/**
 * 95 % Wilson score interval of a rate.
 *
 * Unlike the plain normal interval it stays inside [0, 1] and keeps its coverage near 0 and 1 and for
 * few trials.
 *
 * @param successCount whole, 0 to trialCount
 * @param trialCount whole, at least 1
 * @throws RangeError when a precondition above does not hold
 *
 * Source: Wilson 1927, doi:10.1080/01621459.1927.10502953.
 * Golden: statsmodels.stats.proportion.proportion_confint(method="wilson").
 *
 * @example wilsonInterval(8, 10).lower // => 0.49016247153664183
 */
export function wilsonInterval(successCount: number, trialCount: number): Interval {
  if (!Number.isSafeInteger(trialCount) || trialCount < 1) {
    throw new RangeError(`Wilson interval: ${trialCount} trials: must be a whole number from 1`);
  }
  if (!Number.isSafeInteger(successCount) || successCount < 0 || successCount > trialCount) {
    throw new RangeError(
      `Wilson interval: ${successCount} successes: must be whole and in [0, ${trialCount}]`,
    );
  }
  const rate = successCount / trialCount;
  const zz = NORMAL_QUANTILE_975 ** 2;
  const denominator = 1 + zz / trialCount;
  const centre = (rate + zz / (2 * trialCount)) / denominator;
  const spread = (rate * (1 - rate)) / trialCount + zz / (4 * trialCount ** 2);
  const half = (NORMAL_QUANTILE_975 * Math.sqrt(spread)) / denominator;
  // At the ends the formula is exactly 0 or 1 but for rounding.
  return {
    lower: successCount === 0 ? 0 : Math.max(0, centre - half),
    upper: successCount === trialCount ? 1 : Math.min(1, centre + half),
    method: "wilson",
  };
}
