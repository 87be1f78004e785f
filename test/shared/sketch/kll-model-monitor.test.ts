import { describe, expect, it } from "vitest";
import { createKllBuilder, mergeKll } from "../../../shared/sketch/kll.ts";
import { kllFromLevels, kllParameters } from "../../../shared/sketch/kll-model-monitor.ts";
import { rank } from "../../../shared/sketch/kll-ranks.ts";
import golden from "../../golden/deequ-kll.json" with { type: "json" };
import statistics from "../../samples/quality_check_step/data_quality/statistics.json" with {
  type: "json",
};
import { greatestRankErrors, sampledSketchOf, sketchOf } from "./rank-errors.ts";
import { uniformAt, VALUE_ORDERS, valuesInOrder } from "./value-orders.ts";

type Case = (typeof golden.cases)[number];

const valuesOf = ({ count, step, modulus }: Case) =>
  Float64Array.from({ length: count }, (_, index) => (index * step) % modulus);

describe.each(golden.cases)("a sketch that Deequ made, $name", (made) => {
  const sketch = kllFromLevels({ k: made.k, c: made.c }, made.levels);

  it("has Deequ's ranks", () => {
    expect(sketch.count).toBe(made.count);
    for (const { value, inclusive, exclusive } of made.ranks) {
      expect(rank(sketch, value, "inclusive")).toBe(inclusive);
      expect(rank(sketch, value, "exclusive")).toBe(exclusive);
    }
  });

  it("never errs more than the bound derived from its levels", () => {
    const { tooHigh, tooLow } = greatestRankErrors(valuesOf(made), sketch);
    expect(tooHigh).toBeLessThanOrEqual(sketch.overcount);
    expect(tooLow).toBeLessThanOrEqual(sketch.undercount);
  });

  it("merges with ours within the bound", () => {
    const ours = valuesInOrder((index) => Math.floor(uniformAt(index) * made.modulus), 5000);
    const merged = mergeKll(sketch, sketchOf(ours));
    const { tooHigh, tooLow } = greatestRankErrors(
      Float64Array.of(...valuesOf(made), ...ours),
      merged,
    );
    expect(merged.count).toBe(made.count + 5000);
    expect(tooHigh).toBeLessThanOrEqual(merged.overcount);
    expect(tooLow).toBeLessThanOrEqual(merged.undercount);
  });
});

describe("a sketch in statistics.json", () => {
  it("loads from Model Monitor's own file, without error while nothing was compacted", () => {
    for (const { name, numerical_statistics: numbers } of statistics.features) {
      const { parameters, data } = numbers.distribution.kll.sketch;
      const sketch = kllFromLevels(parameters, data);
      expect([sketch.count, sketch.overcount, sketch.undercount]).toEqual([100, 0, 0]);
      const counts = numbers.distribution.kll.buckets.map(
        ({ lower_bound, upper_bound }, bucket) => {
          const upTo = rank(sketch, upper_bound, bucket === 9 ? "inclusive" : "exclusive");
          return upTo - rank(sketch, lower_bound, "exclusive");
        },
      );
      expect([name, counts]).toEqual([
        name,
        numbers.distribution.kll.buckets.map(({ count }) => count),
      ]);
    }
  });

  it("derives a small bound for a large sketch of Model Monitor's shape", () => {
    const large = golden.cases.find(({ name }) => name === "as Model Monitor")!;
    const { overcount, undercount } = kllFromLevels({ k: large.k, c: large.c }, large.levels);
    // 11 compactions of weight 1, 7 of 2, 3 of 4, 2 of 8 at most.
    expect([overcount, undercount]).toEqual([53, 53]);
  });

  it.each(Object.entries(VALUE_ORDERS))("holds ours with an honest bound: %s", (_, order) => {
    const values = valuesInOrder(order, 40_000);
    const ours = sketchOf(values, 64);
    const read = kllFromLevels(
      kllParameters(ours),
      ours.levels.map((items) => [...items]),
    );
    expect(read.k).toBe(64);
    expect(read.levels).toEqual(ours.levels);
    const { tooHigh, tooLow } = greatestRankErrors(values, read);
    expect(tooHigh).toBeLessThanOrEqual(read.overcount);
    expect(tooLow).toBeLessThanOrEqual(read.undercount);
  });

  it.each(Object.entries(VALUE_ORDERS))(
    "holds sampled ones with an honest bound: %s",
    (_, order) => {
      const values = valuesInOrder(order, 70_000);
      const ours = sampledSketchOf(values);
      const read = kllFromLevels(
        kllParameters(ours),
        ours.levels.map((items) => [...items]),
      );
      const { tooHigh, tooLow } = greatestRankErrors(values, read);
      expect(tooHigh).toBeLessThanOrEqual(read.overcount);
      expect(tooLow).toBeLessThanOrEqual(read.undercount);
      expect(read.overcount).toBeGreaterThanOrEqual(ours.overcount);
      expect(read.undercount).toBeGreaterThanOrEqual(ours.undercount);
    },
  );

  it("holds ours of merged parts with an honest bound", () => {
    const values = valuesInOrder(uniformAt, 30_000);
    const parts = Array.from({ length: 30 }, (_, i) =>
      sketchOf(values.slice(i * 1000, (i + 1) * 1000), 64),
    );
    const ours = parts.reduce(mergeKll);
    const read = kllFromLevels(
      kllParameters(ours),
      ours.levels.map((items) => [...items]),
    );
    expect(read.overcount).toBeGreaterThanOrEqual(ours.overcount);
    expect(read.undercount).toBeGreaterThanOrEqual(ours.undercount);
  });

  it("holds exact counts of few values without error, however many they are", () => {
    const builder = createKllBuilder();
    for (let value = 0; value < 100; value++) builder.addWeighted(value, 10_000 + value);
    const ours = builder.finish();
    const read = kllFromLevels(
      kllParameters(ours),
      ours.levels.map((items) => [...items]),
    );
    expect([read.count, read.overcount, read.undercount]).toEqual([1_004_950, 0, 0]);
  });

  it.each([
    { why: "must be finite", parameters: { k: 2048, c: 0.64 }, data: [[1, Number.NaN]] },
    { why: "must be finite", parameters: { k: 2048, c: 0.64 }, data: [[], [Infinity]] },
    { why: "at least 2", parameters: { k: 0, c: 0.64 }, data: [[1]] },
    { why: "c 2: must be in", parameters: { k: 2048, c: 2 }, data: [[1]] },
    { why: "53 at most", parameters: { k: 2048, c: 0.64 }, data: new Array(60).fill([1]) },
    {
      why: "below 2^53",
      parameters: { k: 2048, c: 0.64 },
      data: [...new Array(52).fill([]), [1, 2]],
    },
  ])("is refused when an item or a parameter $why", ({ why, parameters, data }) => {
    expect(() => kllFromLevels(parameters, data)).toThrow(why);
  });
});
