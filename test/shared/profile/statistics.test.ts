import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { selectColumns } from "../../../shared/profile/select-columns.ts";
import { readFeature, readStatistics } from "../../../shared/profile/statistics.ts";
import { columnFromTexts, emptyColumn } from "../../../shared/sketch/column-state.ts";
import { kllFromLevels } from "../../../shared/sketch/kll-model-monitor.ts";
import { rank } from "../../../shared/sketch/kll-ranks.ts";
import modelMonitor from "../../samples/quality_check_step/data_quality/statistics.json" with {
  type: "json",
};

const repeat = (text: string, count: number) => new Array<string>(count).fill(text);

function numbersOf(texts: readonly string[]) {
  const feature = readFeature("x", columnFromTexts(texts), texts.length);
  return feature.numerical_statistics!;
}

describe("readStatistics", () => {
  it("says of Model Monitor's own baseline what Model Monitor said", () => {
    const csv = new URL(
      "../../samples/quality_check_step/data_quality/baseline_dataset.csv",
      import.meta.url,
    );
    const rows = readFileSync(csv, "utf8")
      .trim()
      .split("\n")
      .map((line) => line.split(","));
    const ids = rows[0]!.map((_, index) => `o${index}`);
    const columns = new Map(
      ids.map((id, index) => [id, columnFromTexts(rows.map((row) => row[index]!))]),
    );
    const shapes = new Map([[`${ids.length}+-`, { rowCount: rows.length, columns }]]);
    const profile = {
      recordCount: rows.length,
      rowCount: rows.length,
      quarantinedCounts: new Map(),
      firstInferenceMillis: null,
      lastInferenceMillis: null,
      shapes,
    };
    const statistics = readStatistics(selectColumns(profile)!);
    expect(statistics.version).toBe(0);
    expect(statistics.dataset).toEqual(modelMonitor.dataset);
    expect(statistics.features.length).toBe(modelMonitor.features.length);
    for (const [index, feature] of modelMonitor.features.entries()) {
      const ours = statistics.features[index]!;
      const { distribution, std_dev, ...expected } = feature.numerical_statistics;
      expect(ours).toMatchObject({
        name: feature.name,
        inferred_type: feature.inferred_type,
        numerical_statistics: expected,
      });
      expect(ours.numerical_statistics!.std_dev).toBeCloseTo(std_dev, 14);
      expect(ours.numerical_statistics!.distribution!.kll.buckets).toEqual(
        distribution.kll.buckets,
      );
    }
  });

  it("knows nothing of a column without values but its name", () => {
    expect(readFeature("x", emptyColumn, 5)).toEqual({ name: "x", inferred_type: "Unknown" });
  });

  it("measures the numbers of a column, however they are written", () => {
    expect(readFeature("age", columnFromTexts(["1", "- 3", "1.0", "1e1"]), 8)).toMatchObject({
      name: "age",
      inferred_type: "Fractional",
      numerical_statistics: {
        common: { num_present: 4, num_missing: 4 },
        mean: 2.25,
        sum: 9,
        std_dev: Math.sqrt((1.25 ** 2 * 2 + 5.25 ** 2 + 7.75 ** 2) / 4),
        min: -3,
        max: 10,
        approximate_num_distinct_values: 3,
        completeness: 0.5,
      },
    });
  });

  it("lists the texts of a column with few of them, the most frequent first", () => {
    const texts = [...repeat("b", 2), ...repeat("a", 2), ...repeat("c", 3), "1", "1.0", "true"];
    expect(readFeature("plan", columnFromTexts(texts), 20)).toEqual({
      name: "plan",
      inferred_type: "String",
      string_statistics: {
        common: { num_present: 10, num_missing: 10 },
        distinct_count: 6,
        completeness: 0.5,
        distribution: {
          categorical: {
            buckets: [
              { value: "c", count: 3 },
              { value: "a", count: 2 },
              { value: "b", count: 2 },
              { value: "1", count: 1 },
              { value: "1.0", count: 1 },
              { value: "true", count: 1 },
            ],
          },
        },
      },
    });
  });

  it("calls a Boolean column String, as Model Monitor's four types do", () => {
    const feature = readFeature("flag", columnFromTexts(["true", "false", "true"]), 3);
    expect(feature).toMatchObject({
      inferred_type: "String",
      string_statistics: {
        distribution: {
          categorical: {
            buckets: [
              { value: "true", count: 2 },
              { value: "false", count: 1 },
            ],
          },
        },
      },
    });
  });

  it.each([
    [120, true],
    [121, false],
    [128, false],
    [129, false],
    [700, false],
  ])("of %i distinct texts says whether it lists them: %s", (distinct, isListed) => {
    const texts = Array.from({ length: distinct }, (_, i) => `name ${i}`);
    const { string_statistics } = readFeature("name", columnFromTexts(texts), distinct);
    expect(string_statistics!.distribution !== undefined).toBe(isListed);
    expect(Math.abs(string_statistics!.distinct_count / distinct - 1)).toBeLessThan(0.05);
  });

  it("counts every number in one of ten buckets of equal width", () => {
    const texts = Array.from({ length: 50_000 }, (_, i) => String((i * 7919) % 50_000));
    const { min, max, distribution } = numbersOf(texts);
    const { buckets, sketch } = distribution!.kll;
    expect(buckets.length).toBe(10);
    expect([buckets[0]!.lower_bound, buckets[9]!.upper_bound]).toEqual([min, max]);
    expect(buckets.reduce((sum, { count }) => sum + count, 0)).toBe(50_000);
    for (const [i, { lower_bound, upper_bound, count }] of buckets.entries()) {
      expect(upper_bound - lower_bound).toBeCloseTo((max - min) / 10, 8);
      if (i > 0) expect(lower_bound).toBe(buckets[i - 1]!.upper_bound);
      expect(Math.abs(count - 5000)).toBeLessThan(50_000 * 0.005);
    }
    const weights = sketch.data.map((items, level) => items.length * 2 ** level);
    expect(weights.reduce((sum, weight) => sum + weight, 0)).toBe(50_000);
  });

  it("writes a sketch that reads back with the same ranks and a bound", () => {
    const texts = Array.from({ length: 30_000 }, (_, i) => String((i * 7919) % 30_000));
    const { parameters, data } = numbersOf(texts).distribution!.kll.sketch;
    const sketch = kllFromLevels(parameters, data);
    for (let value = 0; value < 30_000; value += 100) {
      const error = rank(sketch, value, "exclusive") - value;
      expect(error <= sketch.overcount && -error <= sketch.undercount).toBe(true);
    }
    expect(sketch.overcount).toBeLessThan(30_000 * 0.01);
  });

  it("puts a constant column into its last bucket, as Deequ does", () => {
    const { buckets } = numbersOf(repeat("7", 12)).distribution!.kll;
    expect(buckets.map(({ count }) => count)).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 12]);
    expect(new Set(buckets.flatMap((b) => [b.lower_bound, b.upper_bound]))).toEqual(new Set([7]));
  });

  it("has finite bucket edges even across the whole range of doubles", () => {
    const { buckets } = numbersOf(["-1.7e308", "1.7e308", "0"]).distribution!.kll;
    for (const { lower_bound, upper_bound } of buckets) {
      expect(Number.isFinite(lower_bound) && lower_bound < upper_bound).toBe(true);
    }
    expect(buckets.map(({ count }) => count)).toEqual([1, 0, 0, 0, 0, 1, 0, 0, 0, 1]);
  });
});
