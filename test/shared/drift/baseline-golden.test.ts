import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseConstraints } from "../../../shared/contracts/constraints-codec.ts";
import { parseStatistics } from "../../../shared/contracts/statistics-codec.ts";
import type { FeatureStatistics } from "../../../shared/contracts/statistics-file.ts";
import { checkDataQuality } from "../../../shared/drift/check-data-quality.ts";
import { suggestBaseline } from "../../../shared/drift/suggest-baseline.ts";
import { kllFromLevels } from "../../../shared/sketch/kll-model-monitor.ts";
import { rank } from "../../../shared/sketch/kll-ranks.ts";
import golden from "../../golden/churn-baseline.json" with { type: "json" };
import deequ from "../../golden/deequ-distance.json" with { type: "json" };
import { type Columns, profileOf } from "./profiles.ts";

const sample = (path: string): string =>
  readFileSync(new URL(`../../samples/${path}`, import.meta.url), "utf8");

/** The rows of a file without quotes, as one output and the rest inputs. */
function tableOf(csv: string): { names: string[]; columns: Columns; shape: string } {
  const [names = [], ...rows] = csv
    .trimEnd()
    .split(/\r?\n/)
    .map((line) => line.split(","));
  const ids = names.map((_, place) => (place === 0 ? "o0" : `i${place - 1}`));
  const columns = ids.map((id, place) => [id, rows.map((row) => row[place] || null)] as const);
  return { names, columns: Object.fromEntries(columns), shape: `1+${names.length - 1}` };
}

const churn = tableOf(sample("../../local/churn/data/training.csv"));
const made: Columns = Object.fromEntries(
  golden.made.map(({ texts }, place) => [place === 0 ? "o0" : `i${place - 1}`, texts]),
);
const baselines = {
  churn: suggestBaseline(profileOf({ [churn.shape]: churn.columns }), churn.names),
  made: suggestBaseline(
    profileOf({ [`1+${golden.made.length - 1}`]: made }),
    golden.made.map(({ name }) => name),
  ),
};
type Golden = Omit<(typeof golden.churn)[number], "type"> & {
  type: string;
  counts?: Record<string, number | undefined>;
};
const cases = (["churn", "made"] as const).flatMap((table) =>
  (golden[table] as unknown as Golden[]).map((expected, index) => ({
    name: `${table}, ${expected.name}`,
    expected,
    actual: baselines[table].statistics.features[index]!,
    constraints: baselines[table].constraints.features[index]!,
  })),
);
const numeric = cases.filter(({ expected }) => /al$/.test(expected.type));
const textual = cases.filter(({ expected }) => expected.type === "String");

const expectRelative = (actual: number, expected: number, error = 1e-12): void =>
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(error * Math.abs(expected));

describe("a suggested baseline", () => {
  it("covers both tables", () => {
    expect(baselines.churn.statistics.dataset.item_count).toBe(2333);
    expect(numeric).toHaveLength(70 + 4);
    expect(textual).toHaveLength(3);
  });

  it.each(cases)("has pandas' types and counts: $name", ({ expected, actual, constraints }) => {
    expect(actual.name).toBe(expected.name);
    expect(actual.inferred_type).toBe(expected.type);
    const common = (actual.numerical_statistics ?? actual.string_statistics)?.common;
    expect(common ?? { num_present: 0, num_missing: expected.missing }).toEqual({
      num_present: expected.present,
      num_missing: expected.missing,
    });
    expect(constraints.completeness).toBe(expected.present / (expected.present + expected.missing));
  });

  it.each(numeric)("has pandas' moments: $name", ({ expected, actual, constraints }) => {
    const { mean, sum, std_dev, min, max } = actual.numerical_statistics!;
    expectRelative(mean, expected.mean);
    expectRelative(sum, expected.sum);
    expectRelative(std_dev, expected.standardDeviation);
    expect([min, max]).toEqual([expected.minimum, expected.maximum]);
    expect(constraints.num_constraints).toEqual({ is_non_negative: expected.minimum >= 0 });
  });

  it.each(numeric)("has scipy's ranks within its bound: $name", ({ expected, actual }) => {
    const { sketch } = actual.numerical_statistics!.distribution!.kll;
    const read = kllFromLevels(sketch.parameters, sketch.data);
    expect(read.count).toBe(expected.present);
    const bound = Math.min(0.005, read.overcount / read.count);
    for (const { value, fraction } of expected.ranks) {
      const share = rank(read, value, "inclusive") / read.count;
      expect(Math.abs(share - fraction)).toBeLessThanOrEqual(bound + 1e-12);
    }
  });

  it.each(numeric)("has numpy's histogram within its bound: $name", ({ expected, actual }) => {
    const { sketch, buckets } = actual.numerical_statistics!.distribution!.kll;
    const { overcount } = kllFromLevels(sketch.parameters, sketch.data);
    for (const [index, count] of expected.histogram.entries()) {
      expect(Math.abs(buckets[index]!.count - count)).toBeLessThanOrEqual(2 * overcount);
    }
  });

  it.each(textual)("has pandas' categories: $name", ({ expected, actual, constraints }) => {
    const { distribution, distinct_count } = actual.string_statistics!;
    const counts = Object.fromEntries(
      distribution!.categorical.buckets.map(({ value, count }) => [value, count]),
    );
    expect(counts).toEqual(expected.counts);
    expect(distinct_count).toBe(Object.keys(counts).length);
    const listed = distribution!.categorical.buckets.map(({ value }) => value);
    expect(constraints.string_constraints?.domains).toEqual(listed);
  });

  it("has Deequ's own buckets for the same values", () => {
    const raw = deequ.numerical.filter(({ baseline }) => baseline.levels.length === 1);
    expect(raw.length).toBeGreaterThan(5);
    for (const { baseline } of raw) {
      const { statistics } = suggestBaseline(
        profileOf({ "-+1": { i0: baseline.levels[0]!.map(String) } }),
      );
      const { buckets } = statistics.features[0]!.numerical_statistics!.distribution!.kll;
      // Where rounding puts the last edge below the greatest value, Deequ leaves that value out.
      const { minimum, maximum } = baseline;
      const left = minimum + (maximum - minimum) < maximum ? 1 : 0;
      const last = baseline.bucketCounts.at(-1)! + left;
      expect(buckets.map(({ count }) => count)).toEqual([
        ...baseline.bucketCounts.slice(0, -1),
        last,
      ]);
    }
  });
});

describe("a baseline that SageMaker made", () => {
  const folder = "quality_check_step/data_quality";
  const statistics = parseStatistics(sample(`${folder}/statistics.json`));
  const names = statistics.features.map(({ name }) => name);
  const rows = tableOf(`${names.join(",")}\n${sample(`${folder}/baseline_dataset.csv`)}`);
  const profile = profileOf({ [rows.shape]: rows.columns });
  const check = (kind: "good" | "bad") =>
    checkDataQuality({
      baseline: {
        statistics,
        constraints: parseConstraints(sample(`${folder}/${kind}_cases/constraints.json`)),
      },
      profile,
      options: { columns: "outputs-and-inputs", minimumRows: 1 },
    });

  it("has the statistics that we compute from its data set", () => {
    const ours = suggestBaseline(profile, names).statistics;
    const comparable = ({ inferred_type, numerical_statistics: numbers }: FeatureStatistics) => ({
      inferred_type,
      common: numbers?.common,
      buckets: numbers?.distribution?.kll.buckets.map(({ count }) => count),
      weights: [...(numbers?.distribution?.kll.sketch.data.flat() ?? [])].length > 0,
    });
    expect(ours.dataset).toEqual(statistics.dataset);
    expect(ours.features.map(comparable)).toEqual(statistics.features.map(comparable));
    for (const [index, { numerical_statistics }] of statistics.features.entries()) {
      const { mean, sum, std_dev, min, max } = ours.features[index]!.numerical_statistics!;
      expectRelative(mean, numerical_statistics!.mean);
      expectRelative(sum, numerical_statistics!.sum);
      expectRelative(std_dev, numerical_statistics!.std_dev);
      expect([min, max]).toEqual([numerical_statistics!.min, numerical_statistics!.max]);
    }
  });

  it("passes the data set that it was made of, at distance 0", () => {
    const { result } = check("good");
    expect(result.outcome).toEqual({ outcome: "passed" });
    expect(result.driftMax).toBe(0);
    const methods = result.checks.flatMap(({ method }) => method ?? []);
    expect(methods).toEqual(names.map(() => "linf_robust"));
  });

  it("is violated where it was edited to expect a String, as AWS's own test expects", () => {
    const { result, violations } = check("bad");
    const edited = parseConstraints(sample(`${folder}/bad_cases/constraints.json`));
    expect(edited.features[5]).toMatchObject({ name: "_c5", inferred_type: "String" });
    expect(result.outcome).toEqual({ outcome: "violated" });
    expect(violations).toEqual([
      {
        feature_name: "_c5",
        constraint_check_type: "data_type_check",
        description:
          "Data type match requirement is not met. Expected data type: String, " +
          "Expected match: 100.0%. Observed: Only 0.0% of data is String.",
      },
    ]);
  });
});
