import type { Score } from "./score.ts";

/** c(α) of the two-sample Kolmogorov–Smirnov test at α = 0.003. */
const ALLOWANCE = 1.8;

/**
 * Model Monitor's `Robust` form of a distance: less what so few rows differ by anyway.
 *
 * 1.8 · √((n + m) / (n · m)) is subtracted, and nothing below 0 remains: a distance of 0 here means
 * "no more than chance", not "equal". It is therefore never greater than the plain distance.
 *
 * @param simple        distance in [0, 1] of two samples
 * @param baselineCount n ≥ 1, values of the baseline
 * @param currentCount  m ≥ 1, values of the window
 * @throws RangeError when a count is not positive
 *
 * Source: https://github.com/awslabs/deequ, Distance.scala, `selectMetrics`, where the argument
 * that asks for it reads inverted; Knuth, The Art of Computer Programming, 3.3.1, equation 15.
 * Golden: Deequ 2.0.7.
 *
 * @example linfRobust(scoreWithin(1, 0), 100, 50).value // => 0.6882308546376021
 */
export function linfRobust(simple: Score, baselineCount: number, currentCount: number): Score {
  if (!(baselineCount > 0 && currentCount > 0)) {
    throw new RangeError(
      `linf_robust: counts ${baselineCount} and ${currentCount}: must both be positive`,
    );
  }
  const allowance =
    ALLOWANCE * Math.sqrt((baselineCount + currentCount) / (baselineCount * currentCount));
  const less = (distance: number): number => Math.max(0, distance - allowance);
  return {
    kind: "score",
    value: less(simple.value),
    low: less(simple.low),
    high: less(simple.high),
  };
}
