import type { CheckResult } from "../contracts/check-result.ts";
import type { Outcome } from "../contracts/outcome.ts";
import type { FeatureStatistics, Statistics } from "../contracts/statistics-file.ts";
import { isPuttable, type Metric, type StatisticSet } from "./metric.ts";

/** Of the metric `Verdict`: the greater, the worse; what was not measured is not 0. */
export const VERDICT_VALUE: Readonly<Record<Outcome["outcome"], number>> = {
  passed: 0,
  inconclusive: 1,
  violated: 2,
};

export interface ResultOwner {
  readonly endpoint: string;
  readonly variant: string;
}

/**
 * The ten aggregates of one result. What an inconclusive result did not measure is left out: a 0 there
 * would read as fine.
 */
export function resultMetrics({ endpoint, variant }: ResultOwner, result: CheckResult): Metric[] {
  const dimensions = { Endpoint: endpoint, Variant: variant, Check: result.check };
  const isMeasured = result.outcome.outcome !== "inconclusive";
  const values: Readonly<Record<string, number | null>> = {
    RecordCount: result.recordCount,
    RowCount: result.rowCount,
    QuarantinedCount: result.quarantinedCount,
    MissingFractionMax: result.missingFractionMax,
    ViolationCount: isMeasured ? result.violationCount : null,
    ViolatedFeatureCount: isMeasured ? result.violatedFeatureCount : null,
    DriftMax: isMeasured ? result.driftMax : null,
    DriftedFeatureCount: isMeasured ? driftedFeatureCount(result) : null,
    InconclusiveCount: result.checks.filter(({ outcome }) => outcome === "inconclusive").length,
    Verdict: VERDICT_VALUE[result.outcome.outcome],
  };
  return Object.entries(values).flatMap(([name, value]) =>
    value === null
      ? []
      : [{ name, dimensions, unit: name.endsWith("Count") ? "Count" : "None", value }],
  );
}

function driftedFeatureCount({ checks }: CheckResult): number {
  return new Set(
    checks
      .filter(({ check, outcome }) => check === "baseline_drift_check" && outcome === "violated")
      .map(({ feature }) => feature),
  ).size;
}

/**
 * Model Monitor's own metrics for the features of the allow-list: `feature_data_{name}`,
 * `feature_non_null_{name}` and `feature_baseline_drift_{name}`.
 */
export function featureMetrics(
  owner: ResultOwner,
  found: { readonly statistics: Statistics; readonly result: CheckResult },
  allowed: readonly string[],
): Metric[] {
  const dimensions = { Endpoint: owner.endpoint, Variant: owner.variant };
  return found.statistics.features
    .filter(({ name }) => allowed.includes(name))
    .flatMap((feature): Metric[] => {
      const data = dataOf(feature);
      const completeness = completenessOf(feature);
      const drift = found.result.checks.find(
        ({ feature: name, check, observed }) =>
          name === feature.name && check === "baseline_drift_check" && observed !== null,
      )?.observed;
      const values: [string, number | StatisticSet | null | undefined][] = [
        [`feature_data_${feature.name}`, data],
        [`feature_non_null_${feature.name}`, completeness],
        [`feature_baseline_drift_${feature.name}`, drift],
      ];
      return values.flatMap(([name, value]) =>
        value === null || value === undefined ? [] : [{ name, dimensions, unit: "None", value }],
      );
    })
    .filter(isPuttable);
}

function dataOf({ numerical_statistics: numbers }: FeatureStatistics): StatisticSet | null {
  if (numbers === undefined || numbers.common.num_present === 0) return null;
  return {
    sampleCount: numbers.common.num_present,
    sum: numbers.sum,
    minimum: numbers.min,
    maximum: numbers.max,
  };
}

function completenessOf(feature: FeatureStatistics): number | null {
  const common = (feature.numerical_statistics ?? feature.string_statistics)?.common;
  const rows = common === undefined ? 0 : common.num_present + common.num_missing;
  return common === undefined || rows === 0 ? null : common.num_present / rows;
}
