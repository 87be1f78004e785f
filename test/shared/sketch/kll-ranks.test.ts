import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { emptyKll } from "../../../shared/sketch/kll.ts";
import { quantile, rank, rankCurve } from "../../../shared/sketch/kll-ranks.ts";
import { sketchOf } from "./rank-errors.ts";
import { uniformAt, valuesInOrder } from "./value-orders.ts";

const small = fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 1, maxLength: 200 });

describe("ranks of a KLL sketch", () => {
  it("counts what is at most, and what is below, a value", () => {
    const sketch = sketchOf(Float64Array.of(1, 2, 2, 3));
    expect([0, 1, 2, 2.5, 3].map((value) => rank(sketch, value, "inclusive"))).toEqual([
      0, 1, 3, 3, 4,
    ]);
    expect([1, 2, 2.5, 3, 4].map((value) => rank(sketch, value, "exclusive"))).toEqual([
      0, 1, 3, 3, 4,
    ]);
  });

  it("is exact while nothing was compacted", () => {
    fc.assert(
      fc.property(small, fc.integer({ min: -21, max: 21 }), (values, value) => {
        const sketch = sketchOf(Float64Array.from(values));
        const below = values.filter((v) => v < value).length;
        const upTo = values.filter((v) => v <= value).length;
        expect(rank(sketch, value, "exclusive")).toBe(below);
        expect(rank(sketch, value, "inclusive")).toBe(upTo);
        expect([sketch.overcount, sketch.undercount]).toEqual([0, 0]);
      }),
    );
  });

  it("brackets the true rank of either kind once compacted", () => {
    const values = valuesInOrder((index) => Math.floor(uniformAt(index) * 300), 20_000);
    const sketch = sketchOf(values, 32);
    for (let value = -1; value <= 301; value += 0.5) {
      for (const kind of ["inclusive", "exclusive"] as const) {
        const truth = values.filter((v) => (kind === "inclusive" ? v <= value : v < value)).length;
        const estimate = rank(sketch, value, kind);
        expect(estimate - sketch.overcount).toBeLessThanOrEqual(truth);
        expect(truth).toBeLessThanOrEqual(estimate + sketch.undercount);
      }
    }
  });

  it("draws one curve of all levels: distinct values, growing ranks, up to the count", () => {
    const sketch = sketchOf(
      valuesInOrder((index) => Math.floor(uniformAt(index) * 900), 9_000),
      64,
    );
    const { values, ranks } = rankCurve(sketch);
    for (let i = 0; i < values.length; i++) {
      if (i > 0) expect(values[i]! > values[i - 1]! && ranks[i]! > ranks[i - 1]!).toBe(true);
      expect(ranks[i]).toBe(rank(sketch, values[i]!, "inclusive"));
    }
    expect(ranks.at(-1)).toBe(9_000);
    expect(rankCurve(emptyKll())).toEqual({
      values: new Float64Array(0),
      ranks: new Float64Array(0),
    });
  });

  it("takes quantiles as numpy's inverted_cdf", () => {
    // numpy.quantile([3, 1, 4, 1, 5, 9, 2, 6], q, method="inverted_cdf"), numpy 2.4.6
    const sketch = sketchOf(Float64Array.of(1, 1, 2, 3, 4, 5, 6, 9));
    const fractions = [0, 0.1, 0.25, 0.26, 0.5, 0.51, 0.75, 0.99, 1];
    expect(fractions.map((q) => quantile(sketch, q))).toEqual([1, 1, 1, 2, 3, 4, 5, 9, 9]);
  });

  it("refuses to rank nothing, and fractions outside 0 to 1", () => {
    expect(() => quantile(emptyKll(), 0.5)).toThrow("no values");
    expect(() => quantile(sketchOf(Float64Array.of(1)), 1.01)).toThrow("1.01");
    expect(() => quantile(sketchOf(Float64Array.of(1)), Number.NaN)).toThrow("NaN");
  });
});
