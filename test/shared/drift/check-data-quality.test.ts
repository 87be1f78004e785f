import { describe, expect, it } from "vitest";
import type {
  Constraints,
  FeatureConstraints,
} from "../../../shared/contracts/constraints-file.ts";
import {
  checkDataQuality,
  type DataQualityOptions,
} from "../../../shared/drift/check-data-quality.ts";
import { type Baseline, suggestBaseline } from "../../../shared/drift/suggest-baseline.ts";
import type { Profile } from "../../../shared/profile/profile.ts";
import { type Columns, profileOf, texts } from "./profiles.ts";

const NAMES = ["score", "age", "income", "plan"];

const columns: Columns = {
  o0: texts(400, (i) => `0.${(i * 37) % 400}1`),
  i0: texts(400, (i) => String(20 + (i % 50))),
  i1: texts(400, (i) => (i % 10 === 0 ? null : `${(i * 17) % 400}.5`)),
  i2: texts(400, (i) => ["basic", "plus", "pro"][i % 3]!),
};

const baseline = suggestBaseline(profileOf({ "1+3": columns }), NAMES);

const check = (
  profile: Profile,
  against: Baseline = baseline,
  options: Partial<DataQualityOptions> = {},
) =>
  checkDataQuality({
    baseline: against,
    profile,
    options: { columns: "outputs-and-inputs", minimumRows: 1, ...options },
  });

const checkColumns = (changed: Columns, against?: Baseline) =>
  check(profileOf({ "1+3": { ...columns, ...changed } }), against);

const withConstraints = (
  config: Partial<Constraints["monitoring_config"]>,
  feature: (feature: FeatureConstraints) => FeatureConstraints = (same) => same,
): Baseline => ({
  statistics: baseline.statistics,
  constraints: {
    ...baseline.constraints,
    features: baseline.constraints.features.map(feature),
    monitoring_config: { ...baseline.constraints.monitoring_config, ...config },
  },
});

describe("checkDataQuality", () => {
  it("passes the rows that the baseline was made of, with every check told", () => {
    const { result, statistics, constraints, violations } = check(profileOf({ "1+3": columns }));
    expect(violations).toEqual([]);
    expect(statistics).toEqual(baseline.statistics);
    expect(constraints).toEqual(baseline.constraints);
    const checked = (
      feature: string,
      check: string,
      observed: number,
      [threshold, method]: [number, string?],
    ) => ({
      feature,
      check,
      outcome: "passed",
      observed,
      threshold,
      ...(method === undefined ? {} : { method }),
    });
    expect(result).toEqual({
      version: "1",
      check: "data-quality",
      dialect: "sagemaker",
      outcome: { outcome: "passed" },
      recordCount: 400,
      rowCount: 400,
      quarantinedCount: 0,
      quarantinedCounts: {},
      firstInferenceTime: "2026-01-15T10:00:00.000Z",
      lastInferenceTime: "2026-01-15T10:59:00.000Z",
      violationCount: 0,
      violatedFeatureCount: 0,
      driftMax: 0,
      missingFractionMax: expect.closeTo(0.1, 12),
      checks: [
        checked("score", "data_type_check", 1, [1]),
        checked("score", "completeness_check", 1, [1]),
        checked("score", "baseline_drift_check", 0, [0.1, "linf_robust"]),
        checked("age", "data_type_check", 1, [1]),
        checked("age", "completeness_check", 1, [1]),
        checked("age", "baseline_drift_check", 0, [0.1, "linf_robust"]),
        checked("income", "data_type_check", 1, [1]),
        checked("income", "completeness_check", 0.9, [0.9]),
        checked("income", "baseline_drift_check", 0, [0.1, "linf_robust"]),
        checked("plan", "data_type_check", 1, [1]),
        checked("plan", "completeness_check", 1, [1]),
        checked("plan", "baseline_drift_check", 0, [0.1, "categorical_linf_robust"]),
        checked("plan", "categorical_values_check", 1, [1]),
        checked("Missing columns", "missing_column_check", 4, [4]),
        checked("Extra columns", "extra_column_check", 4, [4]),
      ],
      notChecked: ["score", "age", "income"].map((feature) => ({
        feature,
        check: "categorical_values_check",
        explanation: "the constraints list no values for it",
      })),
    });
  });

  it("finds a new type, and says so in Model Monitor's words", () => {
    const ages = texts(400, (i) => (i === 7 ? "37.5" : String(20 + (i % 50))));
    const { result, violations } = checkColumns({ i0: ages });
    expect(result.outcome).toEqual({ outcome: "violated" });
    expect(violations).toEqual([
      {
        feature_name: "age",
        constraint_check_type: "data_type_check",
        description:
          "Data type match requirement is not met. Expected data type: Integral, " +
          "Expected match: 100.0%. Observed: Only 99.75% of data is Integral.",
      },
    ]);
    const [violated] = result.checks.filter(({ outcome }) => outcome === "violated");
    expect(violated).toEqual({
      feature: "age",
      check: "data_type_check",
      outcome: "violated",
      observed: 0.9975,
      threshold: 1,
      explanation: "399 of 400 values are Integral",
    });
  });

  it.each([
    ["Integral expects no 1.0", "i0", texts(400, (i) => `${20 + (i % 50)}.0`), true],
    ["Fractional takes whole numbers", "i1", texts(400, (i) => String((i * 17) % 400)), false],
    ["String takes some numbers", "i2", texts(400, (i) => (i % 3 ? String(i % 3) : "pro")), false],
    ["String expects a text", "i2", texts(400, (i) => String(i % 3)), true],
  ])("knows the types as Model Monitor: %s", (_, id, values, isViolated) => {
    const { violations } = checkColumns({ [id]: values });
    const types = violations.map(({ constraint_check_type }) => constraint_check_type);
    expect(types.includes("data_type_check")).toBe(isViolated);
  });

  it("finds missing values", () => {
    const { violations, result } = checkColumns({
      i0: texts(400, (i) => (i % 8 === 0 ? null : String(20 + (i % 50)))),
    });
    expect(violations).toEqual([
      {
        feature_name: "age",
        constraint_check_type: "completeness_check",
        description: "Value: 0.875 does not meet the constraint requirement! ",
      },
    ]);
    expect(result.missingFractionMax).toBe(0.125);
  });

  it("finds a scaled feature", () => {
    const { violations, result } = checkColumns({ i0: texts(400, (i) => String(200 + (i % 50))) });
    expect(violations).toHaveLength(1);
    const distance = 1 - 1.8 * Math.sqrt(800 / 160_000);
    expect(violations[0]).toEqual({
      feature_name: "age",
      constraint_check_type: "baseline_drift_check",
      description: `Baseline drift distance: ${distance} exceeds threshold: 0.1`,
    });
    expect(violations[0]!.description).toMatch(/distance: (.+) exceeds threshold: (.+)/);
    expect(result.driftMax).toBe(distance);
  });

  it("finds a value that the baseline did not know, and the shift it makes", () => {
    const { violations } = checkColumns({
      i2: texts(400, (i) => (i % 2 === 0 ? "family" : ["basic", "plus", "pro"][i % 3]!)),
    });
    expect(violations.map((violation) => violation.constraint_check_type)).toEqual([
      "baseline_drift_check",
      "categorical_values_check",
    ]);
    expect(violations[1]!.description).toBe(
      "Value: 0.5 does not meet the constraint requirement! ",
    );
  });

  it("compares categories by p-value when told so, and never as a distance", () => {
    const { distribution_constraints } = baseline.constraints.monitoring_config;
    const chiSquared = withConstraints({
      distribution_constraints: {
        ...distribution_constraints,
        categorical_drift_method: "ChiSquared",
      },
    });
    const same = check(profileOf({ "1+3": columns }), chiSquared);
    expect(same.result.outcome).toEqual({ outcome: "passed" });
    const shifted = texts(400, (i) => (i % 5 === 0 ? "basic" : ["basic", "plus", "pro"][i % 3]!));
    const { violations, result } = checkColumns({ i2: shifted }, chiSquared);
    expect(violations).toHaveLength(1);
    expect(violations[0]!.description).toMatch(
      /^Baseline drift p-value: \d\.\d+E-\d+ is below threshold: 0\.1$/,
    );
    expect(result.driftMax).toBe(0);
  });
});

describe("overrides", () => {
  const shifted: Columns = { i0: texts(400, (i) => String(200 + (i % 50))) };

  it("change a threshold of one feature alone", () => {
    const lenient = withConstraints({}, (feature) =>
      feature.name === "age"
        ? {
            ...feature,
            monitoring_config_overrides: { distribution_constraints: { comparison_threshold: 1 } },
          }
        : feature,
    );
    expect(checkColumns(shifted, lenient).result.outcome).toEqual({ outcome: "passed" });
    const other = { o0: texts(400, () => "0.5") };
    expect(checkColumns(other, lenient).result.outcome).toEqual({ outcome: "violated" });
  });

  it("leave a feature out, and say so", () => {
    const silent = withConstraints({}, (feature) =>
      feature.name === "age"
        ? { ...feature, monitoring_config_overrides: { evaluate_constraints: "Disabled" } }
        : feature,
    );
    const { result } = checkColumns(shifted, silent);
    expect(result.outcome).toEqual({ outcome: "passed" });
    expect(result.notChecked).toContainEqual({
      feature: "age",
      check: "baseline_drift_check",
      explanation: "evaluate_constraints is Disabled for it",
    });
  });

  it("switched off for all of them give no verdict", () => {
    const off = withConstraints({ evaluate_constraints: "Disabled" });
    const { result, violations, statistics } = checkColumns(shifted, off);
    expect(result.outcome).toMatchObject({ outcome: "inconclusive", reason: "checks-disabled" });
    expect(result.checks).toEqual([]);
    expect(violations).toEqual([]);
    expect(statistics.features).toHaveLength(4);
  });
});
