import type { FeatureCheck } from "../../../shared/contracts/check-result.ts";
import { DEFAULT_MONITORING_CONFIG } from "../../../shared/contracts/constraints-codec.ts";
import type { FeatureConstraints } from "../../../shared/contracts/constraints-file.ts";
import type { FeatureStatistics, Statistics } from "../../../shared/contracts/statistics-file.ts";
import type { DataQualityReport } from "../../../shared/report/report-features.ts";
import type { TypeCounts } from "../../../shared/sketch/column-state.ts";

/** Everything a report can show of one feature, made by hand. */
export interface SampleFeature {
  readonly baseline?: FeatureStatistics;
  readonly window?: FeatureStatistics;
  readonly constraints?: FeatureConstraints;
  readonly types?: TypeCounts;
  readonly checks?: readonly Omit<FeatureCheck, "feature">[];
}

/** A report over the given features, its result added up from their checks. */
export function sampleReport(
  features: Readonly<Record<string, SampleFeature>>,
  result: Partial<DataQualityReport["result"]> = {},
): DataQualityReport {
  const entries = Object.entries(features);
  const checks = entries.flatMap(([feature, { checks = [] }]) =>
    checks.map((check) => ({ feature, ...check })),
  );
  const violated = checks.filter(({ outcome }) => outcome === "violated");
  return {
    result: {
      version: "1",
      check: "data-quality",
      dialect: "sagemaker",
      outcome: { outcome: violated.length > 0 ? "violated" : "passed" },
      recordCount: 1200,
      rowCount: 1200,
      quarantinedCount: 0,
      quarantinedCounts: {},
      firstInferenceTime: "2026-01-15T10:00:02Z",
      lastInferenceTime: "2026-01-15T10:59:58Z",
      violationCount: violated.length,
      violatedFeatureCount: new Set(violated.map(({ feature }) => feature)).size,
      driftMax: null,
      missingFractionMax: 0,
      checks,
      notChecked: [],
      ...result,
    },
    constraints: null,
    baseline: statistics(entries.flatMap(([, { baseline }]) => baseline ?? [])),
    window: statistics(entries.flatMap(([, { window }]) => window ?? [])),
    windowTypes: new Map(entries.flatMap(([name, { types }]) => (types ? [[name, types]] : []))),
    ...withConstraints(entries.flatMap(([, { constraints }]) => constraints ?? [])),
  };
}

function statistics(features: readonly FeatureStatistics[]): Statistics {
  return { version: 0, dataset: { item_count: 1200 }, features };
}

function withConstraints(features: readonly FeatureConstraints[]) {
  const constraints: DataQualityReport["constraints"] = {
    version: 0,
    features,
    monitoring_config: DEFAULT_MONITORING_CONFIG,
  };
  return features.length === 0 ? {} : { constraints };
}

/** Statistics of a numeric feature whose sketch holds the values themselves. */
export function numericFeature(
  name: string,
  values: readonly number[],
  options: { missing?: number; type?: "Integral" | "Fractional" } = {},
): FeatureStatistics {
  const { missing = 0, type = "Fractional" } = options;
  const sum = values.reduce((total, value) => total + value, 0);
  const mean = sum / values.length;
  const variance = values.reduce((total, value) => total + (value - mean) ** 2, 0) / values.length;
  return {
    name,
    inferred_type: type,
    numerical_statistics: {
      common: { num_present: values.length, num_missing: missing },
      mean,
      sum,
      std_dev: Math.sqrt(variance),
      min: Math.min(...values),
      max: Math.max(...values),
      approximate_num_distinct_values: new Set(values).size,
      distribution: {
        kll: { buckets: [], sketch: { parameters: { c: 0.64, k: 2048 }, data: [values] } },
      },
    },
  };
}

/** Statistics of a text feature with its values and their counts. */
export function textFeature(
  name: string,
  counts: Readonly<Record<string, number>>,
  missing = 0,
): FeatureStatistics {
  const buckets = Object.entries(counts).map(([value, count]) => ({ value, count }));
  return {
    name,
    inferred_type: "String",
    string_statistics: {
      common: {
        num_present: buckets.reduce((total, { count }) => total + count, 0),
        num_missing: missing,
      },
      distinct_count: buckets.length,
      distribution: { categorical: { buckets } },
    },
  };
}

/** Values that look drawn at random around a centre, the same ones each time. */
export function bellValues(count: number, centre: number, spread: number): number[] {
  return Array.from({ length: count }, (_, index) => {
    const angle = index * 2.399963;
    const radius = Math.sqrt(-2 * Math.log(1 - 0.9999 * ((index * 0.754877) % 1)));
    return centre + spread * radius * Math.cos(angle);
  });
}
