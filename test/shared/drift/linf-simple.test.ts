import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { linfRobust } from "../../../shared/drift/linf-robust.ts";
import { linfSimple } from "../../../shared/drift/linf-simple.ts";
import type { KllSketch } from "../../../shared/sketch/kll.ts";
import deequ from "../../golden/deequ-distance.json" with { type: "json" };
import scipy from "../../golden/scipy-distances.json" with { type: "json" };
import { sketchOf } from "./sketches.ts";

type Levels = readonly (readonly number[])[];

function sketchOfLevels(levels: Levels): KllSketch {
  const count = levels.reduce((sum, level, index) => sum + level.length * 2 ** index, 0);
  const sorted = levels.map((level) => Float64Array.from(level).sort());
  return { k: 2048, count, levels: sorted, overcount: 0, undercount: 0 };
}

/**
 * As Deequ reads a sketch: each distinct item once, with the weight of the highest level it is in.
 */
function withoutRepeats(levels: Levels): Levels {
  return levels.map((level, index) => {
    const above = new Set(levels.slice(index + 1).flat());
    return [...new Set(level)].filter((item) => !above.has(item));
  });
}

const hasRepeats = (levels: Levels): boolean => new Set(levels.flat()).size < levels.flat().length;

describe("linfSimple and linfRobust", () => {
  const distinct = deequ.numerical.filter(
    ({ baseline, current }) => !hasRepeats(baseline.levels) && !hasRepeats(current.levels),
  );

  it.each(distinct)("agree with Deequ on its own sketches: $name", (golden) => {
    const baseline = sketchOfLevels(golden.baseline.levels);
    const current = sketchOfLevels(golden.current.levels);
    const simple = linfSimple(baseline, current);
    expect(simple.value).toBeCloseTo(golden.simple, 14);
    expect(linfRobust(simple, baseline.count, current.count).value).toBeCloseTo(golden.robust, 14);
  });

  it.each(deequ.numerical)("differ from Deequ by repeated items alone: $name", (golden) => {
    const baseline = sketchOfLevels(withoutRepeats(golden.baseline.levels));
    const current = sketchOfLevels(withoutRepeats(golden.current.levels));
    const simple = linfSimple(baseline, current);
    expect(simple.value).toBeCloseTo(golden.simple, 14);
    expect(linfRobust(simple, baseline.count, current.count).value).toBeCloseTo(golden.robust, 14);
  });

  it.each(scipy.kolmogorovSmirnov)("agree with scipy: $name", ({ baseline, current, distance }) => {
    const simple = linfSimple(sketchOf(baseline), sketchOf(current));
    expect(simple.value).toBeCloseTo(distance, 12);
    expect([simple.low, simple.high]).toEqual([simple.value, simple.value]);
  });

  const numbers = fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 1, maxLength: 60 });

  it("is symmetric, bounded, and 0 for equal samples", () => {
    fc.assert(
      fc.property(numbers, numbers, (a, b) => {
        const [left, right] = [sketchOf(a), sketchOf(b)];
        const { value } = linfSimple(left, right);
        expect(value).toBeGreaterThanOrEqual(0);
        expect(value).toBeLessThanOrEqual(1);
        expect(linfSimple(right, left).value).toBe(value);
        expect(linfSimple(left, left).value).toBe(0);
      }),
    );
  });

  it("holds the exact distance between low and high, however far sketches compacted", () => {
    const many = fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 1, maxLength: 400 });
    fc.assert(
      fc.property(many, many, fc.integer({ min: 2, max: 16 }), (a, b, k) => {
        const exact = linfSimple(sketchOf(a), sketchOf(b)).value;
        const { low, high } = linfSimple(sketchOf(a, k), sketchOf(b, k));
        expect(exact).toBeGreaterThanOrEqual(low - 1e-12);
        expect(exact).toBeLessThanOrEqual(high + 1e-12);
      }),
    );
  });

  it("is never greater when robust, and grows with the number of rows", () => {
    const simple = linfSimple(sketchOf([0, 0, 1]), sketchOf([1, 1, 0]));
    const sizes = [3, 30, 300, 3_000].map((n) => linfRobust(simple, n, n).value);
    expect(sizes).toEqual([...sizes].sort());
    expect(Math.max(...sizes)).toBeLessThanOrEqual(simple.value);
  });

  it("refuses to measure without numbers", () => {
    expect(() => linfSimple(sketchOf([]), sketchOf([1]))).toThrow(
      /counts 0 and 1: must both be positive/,
    );
    expect(() => linfSimple(sketchOf([1]), sketchOf([]))).toThrow(
      /counts 1 and 0: must both be positive/,
    );
    const score = linfSimple(sketchOf([1]), sketchOf([2]));
    expect(() => linfRobust(score, 0, 5)).toThrow(/must both be positive/);
  });
});
