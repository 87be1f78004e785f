import type { DriftMethod } from "../contracts/check-result.ts";
import type { DistributionConstraints } from "../contracts/constraints-file.ts";
import { javaDoubleText } from "../contracts/java-double.ts";
import type { FeatureStatistics } from "../contracts/statistics-file.ts";
import type { ColumnState } from "../sketch/column-state.ts";
import { numericDistribution, presentCount } from "../sketch/column-state-views.ts";
import { kllFromLevels } from "../sketch/kll-model-monitor.ts";
import { categoricalChiSquared } from "./categorical-chi-squared.ts";
import { categoricalLinf } from "./categorical-linf.ts";
import { categoriesOf, categoryName, windowCategories } from "./category-counts.ts";
import { type Checked, type CheckOrNot, isUndecided } from "./checked.ts";
import { linfRobust } from "./linf-robust.ts";
import { linfSimple } from "./linf-simple.ts";
import type { PValue, Score } from "./score.ts";

const CHECK = "baseline_drift_check";

/**
 * Whether the distribution of a feature has moved from the baseline's.
 *
 * @param baseline the feature's statistics; one without a distribution has nothing to compare with
 */
export function checkBaselineDrift(
  feature: string,
  baseline: FeatureStatistics | undefined,
  constraints: DistributionConstraints,
  state: ColumnState,
): CheckOrNot {
  if (constraints.perform_comparison === "Disabled") {
    return notChecked(feature, "perform_comparison is Disabled");
  }
  const kll = baseline?.numerical_statistics?.distribution?.kll;
  if (kll?.sketch.data.some((level) => level.length > 0)) {
    return checkNumbers(feature, kll, constraints, state);
  }
  const buckets = baseline?.string_statistics?.distribution?.categorical.buckets;
  if (buckets?.some(({ count }) => count > 0)) {
    return checkCategories(feature, buckets, constraints, state);
  }
  return notChecked(feature, "the baseline's statistics hold no distribution of it");
}

type Kll = NonNullable<
  NonNullable<FeatureStatistics["numerical_statistics"]>["distribution"]
>["kll"];

type Buckets = NonNullable<
  NonNullable<FeatureStatistics["string_statistics"]>["distribution"]
>["categorical"]["buckets"];

function checkNumbers(
  feature: string,
  { sketch }: Kll,
  { comparison_method, comparison_threshold: threshold }: DistributionConstraints,
  state: ColumnState,
): Checked {
  const isRobust = comparison_method === "Robust";
  const method = isRobust ? "linf_robust" : "linf_simple";
  const current = numericDistribution(state);
  if (current.count === 0) {
    return notMeasured({ feature, method, threshold }, "no number is present to compare");
  }
  const baseline = kllFromLevels(sketch.parameters, sketch.data);
  const simple = linfSimple(baseline, current);
  const score = isRobust ? linfRobust(simple, baseline.count, current.count) : simple;
  // As Model Monitor, whose own sketches have the same kind of error, the estimate decides.
  return judgeScore({ feature, method, threshold }, score);
}

function checkCategories(
  feature: string,
  buckets: Buckets,
  constraints: DistributionConstraints,
  state: ColumnState,
): Checked {
  const { comparison_method, categorical_drift_method } = constraints;
  const threshold = constraints.categorical_comparison_threshold;
  const isRobust = comparison_method === "Robust";
  const isChiSquared = categorical_drift_method === "ChiSquared";
  const linf = isRobust ? "categorical_linf_robust" : "categorical_linf_simple";
  const limit = { feature, method: isChiSquared ? "chi_squared" : linf, threshold } as const;
  if (presentCount(state) === 0) return notMeasured(limit, "no value is present to compare");
  const baseline = categoriesOf(buckets, (text) => categoryName(state, text));
  const current = windowCategories(state);
  if (isChiSquared) return judgePValue(limit, categoricalChiSquared(baseline, current));
  const simple = categoricalLinf(baseline, current);
  const score = isRobust ? linfRobust(simple, baseline.valueCount, current.valueCount) : simple;
  // Model Monitor counts every category, so an estimate that could be either is no verdict.
  if (isUndecided(score.low, score.high, (distance) => distance <= threshold)) {
    const checked = judgeScore(limit, score);
    const explanation =
      `the distance lies between ${score.low} and ${score.high}: ` +
      "the column has too many different values to count each";
    const check = { ...checked.check, outcome: "inconclusive", explanation } as const;
    return { ...checked, check, isUndecidable: true };
  }
  return judgeScore(limit, score);
}

interface Limit {
  readonly feature: string;
  readonly method: DriftMethod;
  readonly threshold: number;
}

function judgeScore(limit: Limit, { value: observed, low, high }: Score): Checked {
  const { threshold } = limit;
  const numbers = `${javaDoubleText(observed)} exceeds threshold: ${javaDoubleText(threshold)}`;
  const description = `Baseline drift distance: ${numbers}`;
  const interval = low < high ? { interval: [low, high] as const } : {};
  const check = { ...limit, check: CHECK, observed, ...interval } as const;
  if (observed <= threshold) return { check: { ...check, outcome: "passed" }, description };
  const explanation = `its distance from the baseline is ${observed}, more than ${threshold}`;
  return { check: { ...check, outcome: "violated", explanation }, description };
}

function judgePValue(limit: Limit, result: PValue | null): Checked {
  if (result === null) {
    const rule = "fewer than two categories of the baseline remain that occur often enough";
    return notMeasured(limit, `the chi-squared test has nothing to test: ${rule}`);
  }
  const { value: observed, statistic, degreesOfFreedom } = result;
  const { threshold } = limit;
  const numbers = `${javaDoubleText(observed)} is below threshold: ${javaDoubleText(threshold)}`;
  const description = `Baseline drift p-value: ${numbers}`;
  const check = { ...limit, check: CHECK, observed } as const;
  if (observed >= threshold) return { check: { ...check, outcome: "passed" }, description };
  const explanation =
    `counts this far from the baseline have probability ${observed}, less than ${threshold} ` +
    `(chi-squared ${statistic} with ${degreesOfFreedom} degrees of freedom)`;
  return { check: { ...check, outcome: "violated", explanation }, description };
}

function notMeasured(limit: Limit, explanation: string): Checked {
  const check = { ...limit, check: CHECK, outcome: "inconclusive", observed: null } as const;
  return { check: { ...check, explanation }, description: "" };
}

function notChecked(feature: string, explanation: string): CheckOrNot {
  return { notChecked: { feature, check: CHECK, explanation } };
}
