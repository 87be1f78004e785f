import type { InferredType } from "./statistics-file.ts";

export type Switch = "Enabled" | "Disabled";

/** `constraints.json` of Model Monitor's data-quality analyzer, as values. */
export interface Constraints {
  readonly version: 0;
  readonly features: readonly FeatureConstraints[];
  readonly monitoring_config: MonitoringConfig;
}

export interface FeatureConstraints {
  readonly name: string;
  readonly inferred_type: InferredType;
  /** Fraction of values present at the baseline; the window's must not be lower. */
  readonly completeness: number;
  readonly num_constraints?: { readonly is_non_negative: boolean };
  readonly string_constraints?: { readonly domains: readonly string[] };
  /** Read from any of the spellings in use; written at the feature. */
  readonly monitoring_config_overrides?: MonitoringConfigOverrides;
}

/** What one feature does otherwise; a missing key is as in `monitoring_config`. */
export interface MonitoringConfigOverrides
  extends Partial<Omit<MonitoringConfig, "distribution_constraints">> {
  readonly distribution_constraints?: Partial<DistributionConstraints>;
}

export interface MonitoringConfig {
  readonly evaluate_constraints: Switch;
  readonly emit_metrics: Switch;
  /** Least fraction of present values that match `inferred_type`, 0–1. */
  readonly datatype_check_threshold: number;
  /** Least fraction of present values inside `domains`, 0–1. */
  readonly domain_content_threshold: number;
  readonly distribution_constraints: DistributionConstraints;
}

export interface DistributionConstraints {
  readonly perform_comparison: Switch;
  /** Violated when the distance is greater. */
  readonly comparison_threshold: number;
  readonly comparison_method: "Robust" | "Simple";
  readonly categorical_comparison_threshold: number;
  readonly categorical_drift_method: "LInfinity" | "ChiSquared";
}
