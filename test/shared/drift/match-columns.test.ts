import { describe, expect, it } from "vitest";
import { checkDataQuality } from "../../../shared/drift/check-data-quality.ts";
import { matchColumns } from "../../../shared/drift/match-columns.ts";
import { suggestBaseline } from "../../../shared/drift/suggest-baseline.ts";
import type { Profile } from "../../../shared/profile/profile.ts";
import { type Columns, profileOf, texts } from "./profiles.ts";

const NAMES = ["score", "age", "plan"];
const positional: Columns = {
  o0: texts(60, (i) => `0.${i % 9}`),
  i0: texts(60, (i) => String(20 + i)),
  i1: texts(60, (i) => ["a", "b"][i % 2]!),
};
const named: Columns = {
  "o.score": positional.o0!,
  "i.age": positional.i0!,
  "i.plan": positional.i1!,
};
const baseline = suggestBaseline(profileOf({ "1+2": positional }), NAMES);

const check = (profile: Profile, columns: "outputs-and-inputs" | "inputs" = "outputs-and-inputs") =>
  checkDataQuality({ baseline, profile, options: { columns, minimumRows: 1 } });

const columnViolations = (profile: Profile) =>
  check(profile)
    .violations.filter(({ constraint_check_type }) => /column_check$/.test(constraint_check_type))
    .map(({ feature_name, description }) => [feature_name, description]);

describe("rows of a window", () => {
  it("match by position, outputs first", () => {
    const matched = matchColumns(profileOf({ "1+2": positional }), NAMES, "outputs-and-inputs");
    expect([...matched.features.keys()]).toEqual(NAMES);
    expect(matched).toMatchObject({ rowCount: 60, deviations: [] });
  });

  it("match by name where they have names, whatever their order", () => {
    const { "i.plan": plan, ...rest } = named;
    const { result, statistics } = check(profileOf({ "*+*": { "i.plan": plan!, ...rest } }));
    expect(result.outcome).toEqual({ outcome: "passed" });
    expect(statistics).toEqual(baseline.statistics);
  });

  it("match by position on one side and by name on the other", () => {
    const mixed = { o0: positional.o0!, "i.age": named["i.age"]!, "i.plan": named["i.plan"]! };
    expect(check(profileOf({ "1+*": mixed })).result.outcome).toEqual({ outcome: "passed" });
  });

  it("are taken together when several shapes match", () => {
    const { result, statistics } = check(profileOf({ "*+*": named, "1+2": positional }));
    expect(result.outcome).toEqual({ outcome: "passed" });
    expect(statistics.dataset.item_count).toBe(120);
    expect(statistics.features.map(({ name }) => name)).toEqual(NAMES);
  });

  it("match inputs alone when the baseline has no outputs", () => {
    const inputs = suggestBaseline(
      profileOf({ "-+2": { i0: positional.i0!, i1: positional.i1! } }),
      ["age", "plan"],
    );
    const profile = profileOf({ "1+2": positional });
    const run = (columns: "outputs-and-inputs" | "inputs") =>
      checkDataQuality({ baseline: inputs, profile, options: { columns, minimumRows: 1 } });
    expect(run("inputs").result.outcome).toEqual({ outcome: "passed" });
    expect(run("inputs").statistics).toEqual(inputs.statistics);
    expect(run("outputs-and-inputs").violations).toEqual([
      {
        feature_name: "Extra columns",
        constraint_check_type: "extra_column_check",
        description:
          "There are extra columns in current dataset. " +
          "Number of columns in current dataset: 3, Number of columns in baseline constraints: 2",
      },
    ]);
  });
});

describe("rows with other columns than the baseline", () => {
  it("are a violation, and no feature of theirs is checked", () => {
    const { o0, i0 } = positional;
    const { result, violations, statistics } = check(profileOf({ "1+1": { o0: o0!, i0: i0! } }));
    expect(violations).toEqual([
      {
        feature_name: "Missing columns",
        constraint_check_type: "missing_column_check",
        description:
          "There are missing columns in current dataset. " +
          "Number of columns in current dataset: 2, Number of columns in baseline constraints: 3",
      },
    ]);
    expect(result.checks.map(({ feature, outcome }) => [feature, outcome])).toEqual([
      ["Missing columns", "violated"],
      ["Extra columns", "passed"],
    ]);
    expect(result.notChecked[0]).toEqual({
      feature: "score",
      check: "data_type_check",
      explanation: "no row has the baseline's columns",
    });
    expect(statistics.features.map(({ name }) => name)).toEqual(["_c0", "_c1"]);
  });

  it("are a violation even when most rows match, and do not spoil those", () => {
    const short: Columns = { o0: ["0.1"], i0: ["pro"] };
    const { result } = check(profileOf({ "1+2": positional, "1+1": short }));
    const failed = result.checks.filter(({ outcome }) => outcome === "violated");
    expect(failed).toEqual([
      {
        feature: "Missing columns",
        check: "missing_column_check",
        outcome: "violated",
        observed: 2,
        threshold: 3,
        explanation: "1 row has 2 columns, 1 missing",
      },
    ]);
    expect(result.rowCount).toBe(61);
  });

  it("are named where they have names, and the other features are still checked", () => {
    const { "i.plan": _, ...rest } = named;
    const renamed = profileOf({ "*+*": { ...rest, "i.tariff": named["i.plan"]! } });
    const { result, statistics } = check(renamed);
    const explanations = result.checks.flatMap(({ explanation }) => explanation ?? []);
    expect(explanations).toEqual([
      '60 rows have 3 columns, missing: "plan"',
      '60 rows have 3 columns, extra: "tariff"',
    ]);
    expect(result.notChecked).toContainEqual({
      feature: "plan",
      check: "completeness_check",
      explanation: "no row has this column",
    });
    expect(result.checks.some(({ feature }) => feature === "age")).toBe(true);
    expect(statistics.features.map(({ name }) => name)).toEqual(["score", "age", "tariff"]);
  });

  it("are a violation when one side was not captured", () => {
    expect(columnViolations(profileOf({ "1+-": { o0: positional.o0! } }))).toEqual([
      ["Missing columns", expect.stringContaining("Number of columns in current dataset: 1,")],
    ]);
  });

  it("are counted by the shape that most of them have", () => {
    const wide: Columns = { o0: ["1", "2"], i0: ["1", "2"], i1: ["a", "b"], i2: ["x", "y"] };
    const wider: Columns = { o0: ["1"], i0: ["1"], i1: ["a"], i2: ["x"], i3: ["z"] };
    expect(columnViolations(profileOf({ "1+4": wider, "1+3": wide, "1+2": positional }))).toEqual([
      ["Extra columns", expect.stringContaining("Number of columns in current dataset: 4,")],
    ]);
  });
});

describe("suggestBaseline", () => {
  it.each([
    ["no rows", profileOf({}), NAMES, "baseline: 0 rows: at least one is needed"],
    [
      "rows that differ",
      profileOf({ "1+2": positional, "1+1": { o0: ["1"], i0: ["2"] } }),
      NAMES,
      "baseline: 60 rows with 3 columns and 1 with 2: all rows must have the same columns",
    ],
    [
      "too few names",
      profileOf({ "1+2": positional }),
      ["score"],
      "baseline: 1 names for 3 columns: each needs one",
    ],
    [
      "the same name twice",
      profileOf({ "1+2": positional }),
      ["score", "age", "age"],
      'baseline: name "age": two columns have it',
    ],
  ])("refuses %s", (_, profile, names, message) => {
    expect(() => suggestBaseline(profile, names)).toThrow(message);
  });
});
