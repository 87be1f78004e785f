import normalCdf from "@stdlib/stats-base-dists-normal-cdf";
import { NORMAL_QUANTILE_975 } from "../stats/interval.ts";
import type { BaselineLimit } from "./baseline-spread.ts";
import { baselineSpread } from "./baseline-spread.ts";

/**
 * How likely chance alone makes a window's metric as much worse than its threshold, when the model is as
 * good as it was: a one-sided p-value.
 *
 * The gap is measured by both 95 % intervals on the sides that face each other, the window's and the
 * baseline's own (MOVER): √(window² + baseline²) is 1.96 standard deviations. So bounds that are not
 * symmetric stay so, and a baseline of few rows explains more.
 *
 * @param value of the window's metric, inside its interval
 * @param bound of that interval on the side of the threshold
 * @returns 1 when the metric is no worse than the threshold
 *
 * Source: Zou & Donner 2008, doi:10.1002/sim.3095; of two rates it is Newcombe's hybrid score.
 * Golden: statsmodels.stats.proportion.confint_proportions_2indep(method="newcomb").
 */
export function chanceOfDrop(value: number, bound: number, limit: BaselineLimit): number {
  const { threshold, nature } = limit;
  const gap = nature.worse === "lower" ? threshold - value : value - threshold;
  if (gap <= 0) return 1;
  const reach = Math.hypot(bound - value, baselineSpread(limit));
  return reach === 0 ? 0 : normalCdf((-gap / reach) * NORMAL_QUANTILE_975, 0, 1);
}
