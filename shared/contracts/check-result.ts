import type { Outcome } from "./outcome.ts";

/** Model Monitor's six names for what a data-quality check can find. */
export type ConstraintCheckType =
  | "data_type_check"
  | "completeness_check"
  | "baseline_drift_check"
  | "missing_column_check"
  | "extra_column_check"
  | "categorical_values_check";

export interface Violation {
  readonly feature_name: string;
  readonly constraint_check_type: ConstraintCheckType;
  readonly description: string;
}

/** One constraint of one feature, checked: what was measured, against what, and what follows. */
export interface FeatureCheck {
  readonly feature: string;
  readonly check: ConstraintCheckType;
  readonly outcome: Outcome["outcome"];
  /** null when nothing could be measured. */
  readonly observed: number | null;
  readonly threshold: number | null;
  /** Absent where the check has only one way. */
  readonly method?: DriftMethod;
  /** Where the observed number lies for certain, when sketches stood in for the values. */
  readonly interval?: readonly [least: number, most: number];
  /** Why it is violated or inconclusive, with the numbers. */
  readonly explanation?: string;
}

/**
 * How a distribution was compared. All but `chi_squared` are distances, violated above their
 * threshold; `chi_squared` is a p-value, violated below it.
 */
export type DriftMethod =
  | "linf_robust"
  | "linf_simple"
  | "categorical_linf_robust"
  | "categorical_linf_simple"
  | "chi_squared";

/** A check that the constraints leave out or the baseline has nothing for, and why. */
export interface NotChecked {
  readonly feature: string;
  readonly check: ConstraintCheckType;
  readonly explanation: string;
}

/**
 * `result.json`: what one check of one window found. A deployed and an offline run of the same
 * captures differ in `inputs` alone.
 */
export interface CheckResult {
  readonly version: "1";
  readonly check: "data-quality";
  readonly dialect: "sagemaker";
  readonly outcome: Outcome;
  readonly recordCount: number;
  readonly rowCount: number;
  readonly quarantinedCount: number;
  readonly quarantinedCounts: Readonly<Record<string, number>>;
  /** ISO 8601, of the captures that were read; null when none was. */
  readonly firstInferenceTime: string | null;
  readonly lastInferenceTime: string | null;
  readonly violationCount: number;
  /** The features with at least one violation. */
  readonly violatedFeatureCount: number;
  /**
   * Greatest distance from the baseline over all compared features; null when none was compared.
   * P-values are no distances and do not count.
   */
  readonly driftMax: number | null;
  /** Greatest fraction of missing values over all features; null without rows. */
  readonly missingFractionMax: number | null;
  readonly checks: readonly FeatureCheck[];
  /** What the verdict says nothing about. */
  readonly notChecked: readonly NotChecked[];
  readonly inputs: CheckInputs;
}

/** What the check read, by key and hash, and whose window it was. */
export interface CheckInputs {
  readonly endpoint?: string;
  readonly variant?: string;
  readonly window?: { readonly from: string; readonly to: string };
  readonly revision?: number;
  readonly baseline: readonly InputFile[];
  readonly captures: readonly InputFile[];
  readonly codeVersion: string;
}

export interface InputFile {
  /** S3 URI or path, as it was given. */
  readonly location: string;
  readonly sha256: string;
}
