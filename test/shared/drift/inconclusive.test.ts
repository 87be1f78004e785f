import { describe, expect, it } from "vitest";
import { parseConstraints } from "../../../shared/contracts/constraints-codec.ts";
import { checkDataQuality } from "../../../shared/drift/check-data-quality.ts";
import { type Baseline, suggestBaseline } from "../../../shared/drift/suggest-baseline.ts";
import type { Profile } from "../../../shared/profile/profile.ts";
import { type Columns, profileOf, texts } from "./profiles.ts";

const columns: Columns = {
  o0: texts(200, (i) => String(i % 2)),
  i0: texts(200, (i) => ["a", "b", "c"][i % 3]!),
};
const baseline = suggestBaseline(profileOf({ "1+1": columns }), ["score", "plan"]);

const check = (profile: Profile, minimumRows = 1, against: Baseline = baseline) =>
  checkDataQuality({
    baseline: against,
    profile,
    options: { columns: "outputs-and-inputs", minimumRows },
  });

describe("a window in which nothing was measured is inconclusive", () => {
  it("without captures", () => {
    const { result, statistics, violations } = check(profileOf({}));
    expect(result.outcome).toEqual({
      outcome: "inconclusive",
      reason: "no-captures",
      explanation: "0 requests were captured in the window",
    });
    expect(result).toMatchObject({
      driftMax: null,
      missingFractionMax: null,
      firstInferenceTime: null,
      checks: [],
    });
    expect(statistics).toEqual({ version: 0, dataset: { item_count: 0 }, features: [] });
    expect(violations).toEqual([]);
  });

  it("when no line could be read", () => {
    const quarantinedCounts = new Map([
      ["not-json", 7],
      ["encoding-mismatch", 2],
    ]);
    expect(check(profileOf({}, { quarantinedCounts })).result).toMatchObject({
      quarantinedCount: 9,
      quarantinedCounts: { "encoding-mismatch": 2, "not-json": 7 },
      outcome: {
        outcome: "inconclusive",
        reason: "nothing-readable",
        explanation: "0 rows: 0 readable requests, 9 unreadable (2 encoding-mismatch, 7 not-json)",
      },
    });
  });

  it("when the requests held no row", () => {
    expect(check(profileOf({}, { recordCount: 3 })).result.outcome).toEqual({
      outcome: "inconclusive",
      reason: "nothing-readable",
      explanation: "0 rows: 3 readable requests, none with a row",
    });
  });

  it("with fewer rows than a verdict needs, though what was observed is told", () => {
    const shifted = profileOf({ "1+1": { ...columns, i0: texts(200, () => "z") } });
    const { result, violations } = check(shifted, 201);
    expect(result.outcome).toEqual({
      outcome: "inconclusive",
      reason: "too-few-rows",
      explanation: "200 rows: fewer than the 201 that a verdict needs",
    });
    expect(violations).toEqual([]);
    expect(result.violationCount).toBe(0);
    expect(result.checks.length).toBeGreaterThan(0);
    expect(result.checks.every(({ outcome }) => outcome === "inconclusive")).toBe(true);
    const drift = result.checks.find(
      ({ feature, check }) => feature === "plan" && check === "baseline_drift_check",
    );
    expect(drift?.observed).toBeGreaterThan(0.5);
    expect(check(shifted, 200).result.outcome).toEqual({ outcome: "violated" });
  });

  it("when the chi-squared test has too few categories", () => {
    const { monitoring_config } = baseline.constraints;
    const chiSquared: Baseline = {
      ...baseline,
      constraints: {
        ...baseline.constraints,
        monitoring_config: {
          ...monitoring_config,
          domain_content_threshold: 0,
          distribution_constraints: {
            ...monitoring_config.distribution_constraints,
            categorical_drift_method: "ChiSquared",
          },
        },
      },
    };
    const unknown = profileOf({ "1+1": { ...columns, i0: texts(200, () => "z") } });
    expect(check(unknown, 1, chiSquared).result.outcome).toMatchObject({
      outcome: "inconclusive",
      reason: "partly-compared",
      explanation: expect.stringContaining("1 of 9 checks gave no verdict, first baseline_drift_"),
    });
  });
});

describe("features that hold nothing to measure", () => {
  it("are Unknown at the baseline, pass while they stay empty, and are told as not checked", () => {
    const empty = suggestBaseline(
      profileOf({ "1+1": { ...columns, i0: texts(200, () => null) } }),
      ["score", "plan"],
    );
    expect(empty.statistics.features[1]).toEqual({ name: "plan", inferred_type: "Unknown" });
    expect(empty.constraints.features[1]).toEqual({
      name: "plan",
      inferred_type: "Unknown",
      completeness: 0,
    });
    const { result } = check(profileOf({ "1+1": columns }), 1, empty);
    expect(result.outcome).toEqual({ outcome: "passed" });
    expect(result.notChecked).toContainEqual({
      feature: "plan",
      check: "baseline_drift_check",
      explanation: "the baseline's statistics hold no distribution of it",
    });
  });

  it("are violations when they were there before, whatever else cannot be said of them", () => {
    const gone = profileOf({ "1+1": { ...columns, o0: texts(200, () => null) } });
    const { result, statistics } = check(gone);
    expect(result.outcome).toEqual({ outcome: "violated" });
    expect(statistics.features[0]).toEqual({ name: "score", inferred_type: "Unknown" });
    const ofScore = result.checks.filter(({ feature }) => feature === "score");
    expect(ofScore.map(({ check, outcome, observed }) => [check, outcome, observed])).toEqual([
      ["data_type_check", "inconclusive", null],
      ["completeness_check", "violated", 0],
      ["baseline_drift_check", "inconclusive", null],
    ]);
    expect(result.missingFractionMax).toBe(1);
  });

  it("cannot make a window pass when every feature is left out", () => {
    const features = baseline.constraints.features.map((feature) => ({
      ...feature,
      monitoring_config_overrides: { evaluate_constraints: "Disabled" as const },
    }));
    const silent: Baseline = { ...baseline, constraints: { ...baseline.constraints, features } };
    const { result } = check(profileOf({ "1+1": columns }), 1, silent);
    expect(result.checks.map(({ outcome }) => outcome)).toEqual(["passed", "passed"]);
    expect(result.outcome).toEqual({
      outcome: "inconclusive",
      reason: "nothing-compared",
      explanation: "the columns are those of the baseline, but 0 constraints of features apply",
    });
  });

  it("cannot make a window pass without any feature", () => {
    const nothing = parseConstraints('{"version": 0, "features": []}');
    const none: Baseline = { statistics: baseline.statistics, constraints: nothing };
    const noColumns = profileOf({ "0+0": {} }, { rowCount: 3, recordCount: 3 });
    expect(check(noColumns, 1, none).result.outcome).toMatchObject({
      outcome: "inconclusive",
      reason: "nothing-compared",
    });
  });
});

describe("columns of mixed and many values", () => {
  it("of mixed types are compared by their numbers, and violate their type", () => {
    const mixed = texts(200, (i) => (i % 4 === 0 ? "n/a" : String(i % 2)));
    const { result } = check(profileOf({ "1+1": { ...columns, o0: mixed } }));
    const score = result.checks.filter(({ feature }) => feature === "score");
    expect(score.map(({ check, observed }) => [check, observed])).toEqual([
      ["data_type_check", 0.75],
      ["completeness_check", 1],
      ["baseline_drift_check", expect.any(Number)],
    ]);
  });

  it("of many texts have no distribution and no domain, and are told as not checked", () => {
    const ids = texts(200, (i) => `user-${i}`);
    const many = suggestBaseline(profileOf({ "1+1": { ...columns, i0: ids } }), ["score", "id"]);
    expect(many.statistics.features[1]?.string_statistics?.distribution).toBeUndefined();
    expect(many.constraints.features[1]?.string_constraints).toBeUndefined();
    const others = texts(200, (i) => `client-${i}`);
    const { result } = check(profileOf({ "1+1": { ...columns, i0: others } }), 1, many);
    expect(result.outcome).toEqual({ outcome: "passed" });
    expect(result.notChecked.map(({ feature, check }) => `${feature} ${check}`)).toEqual([
      "score categorical_values_check",
      "id baseline_drift_check",
      "id categorical_values_check",
    ]);
  });

  it("that grow from few texts to many are violations", () => {
    const many = texts(3_000, (i) => (i % 3 === 0 ? ["a", "b", "c"][i % 3]! : `user-${i}`));
    const window = profileOf({ "1+1": { o0: texts(3_000, (i) => String(i % 2)), i0: many } });
    const { result, violations } = check(window);
    expect(violations.map((violation) => violation.constraint_check_type)).toEqual([
      "baseline_drift_check",
      "categorical_values_check",
    ]);
    const known = result.checks.find(({ check }) => check === "categorical_values_check");
    expect(known?.interval?.[0]).toBeLessThanOrEqual(1 / 3);
    expect(known?.interval?.[1]).toBeGreaterThanOrEqual(1 / 3);
  });

  it("are inconclusive where only every single value could decide", () => {
    const config = baseline.constraints.monitoring_config;
    const third: Baseline = {
      ...baseline,
      constraints: {
        ...baseline.constraints,
        monitoring_config: {
          ...config,
          domain_content_threshold: 1 / 3,
          distribution_constraints: {
            ...config.distribution_constraints,
            perform_comparison: "Disabled",
          },
        },
      },
    };
    const many = texts(3_000, (i) => (i % 3 === 0 ? ["a", "b", "c"][(i / 3) % 3]! : `user-${i}`));
    const window = profileOf({ "1+1": { o0: texts(3_000, (i) => String(i % 2)), i0: many } });
    expect(check(window, 1, third).result.outcome).toMatchObject({
      outcome: "inconclusive",
      reason: "undecidable-by-sketch",
    });
  });
});
