import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  createKllBuilder,
  emptyKll,
  type KllSketch,
  mergeKll,
} from "../../../shared/sketch/kll.ts";
import { rankCurve } from "../../../shared/sketch/kll-ranks.ts";
import { greatestRankErrors, sampledSketchOf, sketchOf } from "./rank-errors.ts";
import { uniformAt, VALUE_ORDERS, valuesInOrder } from "./value-orders.ts";

const MOST_ERROR_FRACTION = 0.005;

function expectHonest(values: Float64Array, sketch: KllSketch): void {
  const { tooHigh, tooLow } = greatestRankErrors(values, sketch);
  expect(sketch.count).toBe(values.length);
  expect(tooHigh).toBeLessThanOrEqual(sketch.overcount);
  expect(tooLow).toBeLessThanOrEqual(sketch.undercount);
  const weights = sketch.levels.map((items, level) => items.length * 2 ** level);
  expect(weights.reduce((sum, weight) => sum + weight, 0)).toBe(sketch.count);
}

describe.each([1e3, 1e4, 1e5])("KLL of %d values", (count) => {
  it.each(Object.entries(VALUE_ORDERS))("ranks within its bound and 0.5 %%: %s", (_, order) => {
    const values = valuesInOrder(order, count);
    const sketch = sketchOf(values);
    expectHonest(values, sketch);
    expect(sketch.overcount / count).toBeLessThan(MOST_ERROR_FRACTION);
    expect(sketch.undercount / count).toBeLessThan(MOST_ERROR_FRACTION);
  });

  it.each(Object.entries(VALUE_ORDERS))("does so for sampled blocks: %s", (_, order) => {
    const values = valuesInOrder(order, count);
    const sketch = sampledSketchOf(values);
    expectHonest(values, sketch);
    expect(sketch.overcount / count).toBeLessThan(MOST_ERROR_FRACTION);
    expect(sketch.undercount / count).toBeLessThan(MOST_ERROR_FRACTION);
  });
});

describe("KLL of a million values", () => {
  it.each(["random", "sorted", "zoom in", "period 1440", "period 1536"])(
    "ranks within its bound, which is below 0.5 %%, and within 0.25 %%: %s",
    (name) => {
      const values = valuesInOrder(VALUE_ORDERS[name]!, 1e6);
      for (const sketch of [sketchOf(values), sampledSketchOf(values)]) {
        expectHonest(values, sketch);
        expect(Math.max(sketch.overcount, sketch.undercount) / 1e6).toBeLessThan(0.005);
        const { tooHigh, tooLow } = greatestRankErrors(values, sketch);
        expect(Math.max(tooHigh, tooLow) / 1e6).toBeLessThan(0.0025);
      }
    },
  );

  it("keeps its Kolmogorov-Smirnov distance from another within 0.5 %", () => {
    const first = valuesInOrder(VALUE_ORDERS.random!, 1e6);
    const second = valuesInOrder((index) => uniformAt(index + 1e7) ** 1.1, 3e5);
    const sketched = greatestDistance(sketchOf(first), sketchOf(second));
    const exact = greatestDistance(sketchOf(first, 1e6), sketchOf(second, 1e6));
    expect(Math.abs(sketched - exact)).toBeLessThan(0.005);
  });

  it("takes no more than 64 kB", () => {
    const sketch = sketchOf(valuesInOrder(VALUE_ORDERS.random!, 1e6));
    const itemCount = sketch.levels.reduce((sum, items) => sum + items.length, 0);
    expect(itemCount * 8).toBeLessThan(64_000);
  });
});

describe("merging KLL sketches", () => {
  it.each([2, 24, 300, 2000])("keeps the bound, and 0.5 %%, over %i parts", (partCount) => {
    const values = valuesInOrder(VALUE_ORDERS["random, skewed"]!, 120_000);
    const size = values.length / partCount;
    const parts = Array.from({ length: partCount }, (_, part) =>
      sketchOf(values.slice(part * size, (part + 1) * size)),
    );
    const merged = parts.reduce(mergeKll, emptyKll());
    expectHonest(values, merged);
    expect(Math.max(merged.overcount, merged.undercount) / 120_000).toBeLessThan(0.005);
  });

  it("stays honest in any grouping and order, with parts of any size and weight", () => {
    const part = fc.record({ seed: fc.nat(1e6), count: fc.nat(400), copies: fc.nat(5) });
    fc.assert(
      fc.property(
        fc.array(part, { minLength: 3, maxLength: 12 }),
        fc.nat(1),
        (parts, fromRight) => {
          // A small k compacts soon.
          const sketches = parts.map(({ seed, count, copies }) => {
            const builder = createKllBuilder(16);
            for (let i = 0; i < count; i++) builder.addWeighted(uniformAt(seed + i), copies);
            return builder.finish();
          });
          const values = parts.flatMap(({ seed, count, copies }) =>
            Array.from({ length: count * copies }, (_, i) => uniformAt(seed + (i % count))),
          );
          const merged = fromRight
            ? sketches.reduceRight((all, next) => mergeKll(next, all), emptyKll(16))
            : sketches.reduce(mergeKll, emptyKll(16));
          expectHonest(Float64Array.from(values), merged);
        },
      ),
    );
  });

  it("gives the same sketch whichever comes first, and the same one from nothing", () => {
    const [a, b] = [
      sketchOf(valuesInOrder(uniformAt, 5000)),
      sketchOf(valuesInOrder((i) => i, 3000)),
    ];
    expect(mergeKll(a, b)).toEqual(mergeKll(b, a));
    expect(mergeKll(a, emptyKll())).toEqual(a);
    expect(mergeKll(emptyKll(), a)).toEqual(a);
  });

  it("does not change what it merges", () => {
    const [a, b] = [
      sketchOf(valuesInOrder(uniformAt, 1500)),
      sketchOf(valuesInOrder((i) => i, 900)),
    ];
    const before = structuredClone([a, b]);
    mergeKll(a, b);
    expect([a, b]).toEqual(before);
  });
});

describe("createKllBuilder", () => {
  it("adds a value as often as its count says, without error", () => {
    const builder = createKllBuilder();
    builder.addWeighted(2, 1_000_001);
    builder.addWeighted(1, 3);
    builder.addWeighted(5, 0);
    const sketch = builder.finish();
    expect([sketch.count, sketch.overcount, sketch.undercount]).toEqual([1_000_004, 0, 0]);
    expect(rankCurve(sketch)).toEqual({
      values: Float64Array.of(1, 2),
      ranks: Float64Array.of(3, 1_000_004),
    });
  });

  it("copies the block it is given", () => {
    const block = Float64Array.of(1, 2, 3);
    const builder = createKllBuilder();
    builder.addSortedBlock(block);
    block.fill(9);
    expect(builder.finish().levels).toEqual([Float64Array.of(1, 2, 3)]);
  });

  it("gives a sketch that later values do not change", () => {
    const builder = createKllBuilder(4);
    for (let i = 0; i < 20; i++) builder.addWeighted(i, 1);
    const [early, copy] = [builder.finish(), structuredClone(builder.finish())];
    for (let i = 0; i < 50; i++) builder.addWeighted(i, 3);
    expect(early).toEqual(copy);
    expect(builder.finish().count).toBe(170);
  });

  it("refuses what has no rank and counts that are none", () => {
    const builder = createKllBuilder();
    expect(() => builder.addWeighted(Number.NaN, 1)).toThrow("NaN");
    expect(() => builder.addSortedBlock(Float64Array.of(1, Number.NaN))).toThrow("NaN");
    expect(() => builder.addWeighted(1, 1.5)).toThrow("count 1.5");
    expect(() => builder.addWeighted(1, -1)).toThrow(RangeError);
    expect(() => builder.addSampledRun(new Float64Array(511), 3, 3)).toThrow("sample of 511");
    expect(() => builder.addSampledRun(new Float64Array(512), 3, 8)).toThrow("offset 8");
  });
});

/** Greatest difference between two distribution functions. */
function greatestDistance(a: KllSketch, b: KllSketch): number {
  const [first, second] = [rankCurve(a), rankCurve(b)];
  let [i, j, distance] = [0, 0, 0];
  while (i < first.values.length || j < second.values.length) {
    const value = Math.min(first.values[i] ?? Infinity, second.values[j] ?? Infinity);
    if (first.values[i] === value) i++;
    if (second.values[j] === value) j++;
    const difference = (first.ranks[i - 1] ?? 0) / a.count - (second.ranks[j - 1] ?? 0) / b.count;
    distance = Math.max(distance, Math.abs(difference));
  }
  return distance;
}
