import { describe, expect, it } from "vitest";
import { isPuttable } from "../../../shared/alarm/metric.ts";
import { featureMetrics, resultMetrics } from "../../../shared/alarm/result-metrics.ts";
import type { CheckResult } from "../../../shared/contracts/check-result.ts";
import type { Statistics } from "../../../shared/contracts/statistics-file.ts";

const OWNER = { endpoint: "churn", variant: "_all" };
const common = { num_present: 80, num_missing: 20 };

const statistics: Statistics = {
  version: 0,
  dataset: { item_count: 100 },
  features: [
    {
      name: "amount",
      inferred_type: "Fractional",
      numerical_statistics: { common, mean: 2, sum: 160, std_dev: 1, min: -1, max: 9 },
    },
    { name: "plan", inferred_type: "String", string_statistics: { common, distinct_count: 3 } },
    { name: "never", inferred_type: "Unknown" },
  ],
};

const result = {
  check: "data-quality",
  outcome: { outcome: "violated" },
  ...{ recordCount: 90, rowCount: 100, quarantinedCount: 5 },
  ...{ violationCount: 3, violatedFeatureCount: 2, driftMax: 0.7, missingFractionMax: 0.2 },
  checks: [
    ["amount", "baseline_drift_check", "violated", 0.7],
    ["amount", "data_type_check", "violated", 0.9],
    ["plan", "baseline_drift_check", "passed", 0.01],
    ["plan", "completeness_check", "violated", 0.8],
    ["other", "baseline_drift_check", "inconclusive", null],
  ].map(([feature, check, outcome, observed]) => ({
    ...{ feature, check, outcome, observed, threshold: 0.1 },
  })),
} as unknown as CheckResult;

const valuesOf = (metrics: ReturnType<typeof resultMetrics>) =>
  Object.fromEntries(metrics.map(({ name, value }) => [name, value]));

describe("resultMetrics", () => {
  it("puts ten aggregates", () => {
    const metrics = resultMetrics(OWNER, result);
    expect(valuesOf(metrics)).toEqual({
      RecordCount: 90,
      RowCount: 100,
      QuarantinedCount: 5,
      MissingFractionMax: 0.2,
      ViolationCount: 3,
      ViolatedFeatureCount: 2,
      DriftMax: 0.7,
      DriftedFeatureCount: 1,
      InconclusiveCount: 1,
      Verdict: 2,
    });
    expect(metrics[0]?.dimensions).toEqual({
      Endpoint: "churn",
      Variant: "_all",
      Check: "data-quality",
    });
  });

  it("puts no 0 for what an inconclusive result did not measure", () => {
    const outcome = { outcome: "inconclusive", reason: "no-captures", explanation: "" } as const;
    const nothing = { ...result, outcome, driftMax: null, missingFractionMax: null, checks: [] };
    expect(Object.keys(valuesOf(resultMetrics(OWNER, nothing)))).toEqual([
      "RecordCount",
      "RowCount",
      "QuarantinedCount",
      "InconclusiveCount",
      "Verdict",
    ]);
  });
});

describe("featureMetrics", () => {
  it("puts Model Monitor's names for the features of the allow-list alone", () => {
    const found = { statistics, result };
    expect(valuesOf(featureMetrics(OWNER, found, ["amount", "never"]))).toEqual({
      feature_data_amount: { sampleCount: 80, sum: 160, minimum: -1, maximum: 9 },
      feature_non_null_amount: 0.8,
      feature_baseline_drift_amount: 0.7,
    });
    expect(valuesOf(featureMetrics(OWNER, found, ["plan"]))).toEqual({
      feature_non_null_plan: 0.8,
      feature_baseline_drift_plan: 0.01,
    });
    expect(featureMetrics(OWNER, found, [])).toEqual([]);
  });

  it("leaves out what CloudWatch refuses", () => {
    const of = (value: number) => ({ name: "x", dimensions: {}, unit: "None", value }) as const;
    expect([1, -(2 ** 360)].map(of).map(isPuttable)).toEqual([true, true]);
    expect([Number.NaN, Infinity, 2 ** 361].map(of).map(isPuttable)).toEqual([false, false, false]);
  });
});
