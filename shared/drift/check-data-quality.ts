import type { CheckResult, FeatureCheck, Violation } from "../contracts/check-result.ts";
import { withOverrides } from "../contracts/constraints-codec.ts";
import type { Constraints, FeatureConstraints } from "../contracts/constraints-file.ts";
import type { Statistics } from "../contracts/statistics-file.ts";
import type { Profile } from "../profile/profile.ts";
import { selectColumns } from "../profile/select-columns.ts";
import { readFeature, readStatistics } from "../profile/statistics.ts";
import type { ColumnState, TypeCounts } from "../sketch/column-state.ts";
import { presentCount } from "../sketch/column-state-views.ts";
import { checkBaselineDrift } from "./baseline-drift-check.ts";
import { checkCategoricalValues } from "./categorical-values-check.ts";
import type { Checked, CheckOrNot } from "./checked.ts";
import { checkColumns } from "./column-checks.ts";
import { checkCompleteness } from "./completeness-check.ts";
import { checkDataType } from "./data-type-check.ts";
import { decideOutcome } from "./decide-outcome.ts";
import { type ColumnsChoice, type MatchedColumns, matchColumns } from "./match-columns.ts";
import { type Baseline, suggestConstraints } from "./suggest-baseline.ts";

export interface DataQualityOptions {
  readonly columns: ColumnsChoice;
  /** Fewer rows than this say nothing about a window. */
  readonly minimumRows: number;
}

export interface DataQualityFinding {
  readonly result: Omit<CheckResult, "inputs">;
  /** Of the window, under the baseline's names. */
  readonly statistics: Statistics;
  /** Suggested from the window, as Model Monitor's monitoring job does. */
  readonly constraints: Constraints;
  readonly violations: readonly Violation[];
  /** How many values of each type every feature of the window has. */
  readonly types: ReadonlyMap<string, TypeCounts>;
}

/** Compares a window with its baseline by Model Monitor's rules: `dialect: sagemaker`. */
export function checkDataQuality(input: {
  readonly baseline: Baseline;
  readonly profile: Profile;
  readonly options: DataQualityOptions;
}): DataQualityFinding {
  const { baseline, profile, options } = input;
  const names = baseline.constraints.features.map(({ name }) => name);
  const matched = matchColumns(profile, names, options.columns);
  const isEvaluated = baseline.constraints.monitoring_config.evaluate_constraints === "Enabled";
  const made = profile.rowCount === 0 || !isEvaluated ? [] : checkAll(baseline, matched);
  const checked = made.filter((check) => "check" in check);
  const isEnough = profile.rowCount >= options.minimumRows;
  const judged = isEnough ? checked : checked.map((each) => withhold(each, profile, options));
  const violations = judged.flatMap(violationOf);
  const statistics = windowStatistics(profile, matched);
  const { minimumRows } = options;
  return {
    result: {
      version: "1",
      check: "data-quality",
      dialect: "sagemaker",
      outcome: decideOutcome({ profile, minimumRows, isEvaluated, checked: judged }),
      ...countsOf(profile),
      violationCount: violations.length,
      violatedFeatureCount: new Set(violations.map((violation) => violation.feature_name)).size,
      driftMax: driftMax(judged),
      missingFractionMax: missingFractionMax(matched),
      checks: judged.map(({ check }) => check),
      notChecked: made.flatMap((each) => ("notChecked" in each ? [each.notChecked] : [])),
    },
    statistics,
    constraints: suggestConstraints(statistics),
    violations,
    types: new Map([...matched.features].map(([name, state]) => [name, state.types])),
  };
}

/** In the order of the baseline's features, then the columns as a whole. */
function checkAll({ statistics, constraints }: Baseline, matched: MatchedColumns): CheckOrNot[] {
  const known = new Map(statistics.features.map((feature) => [feature.name, feature]));
  const features = constraints.features.flatMap((feature): CheckOrNot[] => {
    const config = withOverrides(
      constraints.monitoring_config,
      feature.monitoring_config_overrides,
    );
    const state = matched.features.get(feature.name);
    if (config.evaluate_constraints === "Disabled") {
      return leaveOut(feature, "evaluate_constraints is Disabled for it");
    }
    if (state === undefined) return leaveOut(feature, whyAbsent(matched));
    return [
      checkDataType(feature, config, state),
      checkCompleteness(feature, state, matched.rowCount),
      checkBaselineDrift(
        feature.name,
        known.get(feature.name),
        config.distribution_constraints,
        state,
      ),
      checkCategoricalValues(feature, config, state),
    ];
  });
  return [...features, ...checkColumns(matched, constraints.features.length)];
}

const FEATURE_CHECKS = [
  "data_type_check",
  "completeness_check",
  "baseline_drift_check",
  "categorical_values_check",
] as const;

function leaveOut({ name }: FeatureConstraints, explanation: string): CheckOrNot[] {
  return FEATURE_CHECKS.map((check) => ({ notChecked: { feature: name, check, explanation } }));
}

function whyAbsent({ rowCount }: MatchedColumns): string {
  return rowCount === 0 ? "no row has the baseline's columns" : "no row has this column";
}

/** What was observed stands, but too few rows decide nothing. */
function withhold(checked: Checked, { rowCount }: Profile, options: DataQualityOptions): Checked {
  const explanation = `${rowCount} rows are fewer than the ${options.minimumRows} a verdict needs`;
  return { ...checked, check: { ...checked.check, outcome: "inconclusive", explanation } };
}

function violationOf({ check, description }: Checked): Violation[] {
  if (check.outcome !== "violated") return [];
  return [{ feature_name: check.feature, constraint_check_type: check.check, description }];
}

type Counts = Pick<
  CheckResult,
  | "recordCount"
  | "rowCount"
  | "quarantinedCount"
  | "quarantinedCounts"
  | "firstInferenceTime"
  | "lastInferenceTime"
>;

function countsOf(profile: Profile): Counts {
  const quarantined = [...profile.quarantinedCounts].sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    recordCount: profile.recordCount,
    rowCount: profile.rowCount,
    quarantinedCount: quarantined.reduce((sum, [, count]) => sum + count, 0),
    quarantinedCounts: Object.fromEntries(quarantined),
    firstInferenceTime: timeText(profile.firstInferenceMillis),
    lastInferenceTime: timeText(profile.lastInferenceMillis),
  };
}

function timeText(millis: number | null): string | null {
  return millis === null ? null : new Date(millis).toISOString();
}

function windowStatistics(profile: Profile, { rowCount, features }: MatchedColumns): Statistics {
  // Where nothing matches, what most rows have is told, under the names of their places.
  const unmatched = rowCount === 0 ? selectColumns(profile) : null;
  if (unmatched !== null) return readStatistics(unmatched);
  return {
    version: 0,
    dataset: { item_count: rowCount },
    features: [...features].map(([name, state]) => readFeature(name, state, rowCount)),
  };
}

function driftMax(checked: readonly Checked[]): number | null {
  const distances = checked
    .map(({ check }) => check)
    .filter(({ check, method }) => check === "baseline_drift_check" && method !== "chi_squared")
    .flatMap(({ observed }: FeatureCheck) => (observed === null ? [] : [observed]));
  return distances.length === 0 ? null : distances.reduce((a, b) => Math.max(a, b));
}

function missingFractionMax({ rowCount, features }: MatchedColumns): number | null {
  if (rowCount === 0) return null;
  const fractions = [...features.values()].map((state: ColumnState) => {
    return 1 - presentCount(state) / rowCount;
  });
  return fractions.length === 0 ? null : fractions.reduce((a, b) => Math.max(a, b));
}
