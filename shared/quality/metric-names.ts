import type { ComparisonOperator, Problem } from "../contracts/quality-files.ts";

/** Which way a metric is worse, and the values it can take. */
export interface MetricNature {
  readonly worse: "lower" | "higher";
  readonly range: readonly [least: number, greatest: number];
}

const RATE: MetricNature = { worse: "lower", range: [0, 1] };
const ERROR_RATE: MetricNature = { worse: "higher", range: [0, 1] };
const LOSS: MetricNature = { worse: "higher", range: [0, Infinity] };

/** Model Monitor's metrics that it suggests constraints for. */
const CONSTRAINED = {
  "binary-classification": {
    recall: RATE,
    precision: RATE,
    accuracy: RATE,
    true_positive_rate: RATE,
    true_negative_rate: RATE,
    false_positive_rate: ERROR_RATE,
    false_negative_rate: ERROR_RATE,
    auc: RATE,
    f0_5: RATE,
    f1: RATE,
    f2: RATE,
  },
  "multiclass-classification": {
    accuracy: RATE,
    weighted_recall: RATE,
    weighted_precision: RATE,
    weighted_f0_5: RATE,
    weighted_f1: RATE,
    weighted_f2: RATE,
  },
  regression: {
    mae: LOSS,
    mse: LOSS,
    rmse: LOSS,
    r2: { worse: "lower", range: [-Infinity, 1] },
  },
} as const satisfies Record<Problem, Record<string, MetricNature>>;

/** Ours, which Model Monitor does not have. */
const OURS = {
  "binary-classification": {
    log_loss: LOSS,
    brier_score: ERROR_RATE,
    expected_calibration_error: ERROR_RATE,
    au_prc: RATE,
  },
  "multiclass-classification": {
    log_loss: LOSS,
    brier_score: { worse: "higher", range: [0, 2] },
    expected_calibration_error: ERROR_RATE,
    classwise_calibration_error: ERROR_RATE,
  },
  regression: { mape: LOSS },
} as const satisfies Record<Problem, Record<string, MetricNature>>;

/** The metrics of a problem that can be constrained, Model Monitor's first. */
export function constrainable(problem: Problem): Readonly<Record<string, MetricNature>> {
  return { ...CONSTRAINED[problem], ...OURS[problem] };
}

export function isOurs(problem: Problem, metric: string): boolean {
  return Object.hasOwn(OURS[problem], metric);
}

export function operatorOf({ worse }: MetricNature): ComparisonOperator {
  return worse === "lower" ? "LessThanThreshold" : "GreaterThanThreshold";
}
