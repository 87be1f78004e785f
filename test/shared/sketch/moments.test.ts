import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  emptyMoments,
  type Moments,
  meanOf,
  mergeMoments,
  momentsOf,
  momentsOfWeighted,
  populationStdDev,
} from "../../../shared/sketch/moments.ts";
import golden from "../../golden/moments.json" with { type: "json" };

/** Numbers whose squared deviations neither overflow nor underflow: that is where the law holds. */
const numberUpTo = (most: number) =>
  fc
    .double({ min: -most, max: most, noNaN: true })
    .map((number) => (Math.abs(number) < 1e-100 ? 0 : number));

const numbers = fc.array(numberUpTo(1e100), { maxLength: 60 });

function expectSame(actual: Moments, expected: Moments): void {
  expect(actual.count).toBe(expected.count);
  expect(actual.min).toBe(expected.min);
  expect(actual.max).toBe(expected.max);
  expectClose(actual.sum, expected.sum, 1e-12 * Math.abs(expected.sum));
  expectClose(actual.m2, expected.m2, 1e-12 * expected.m2);
}

function expectClose(actual: number, expected: number, tolerance: number): void {
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(tolerance);
}

describe("moments", () => {
  it.each(golden.cases)("agrees with exact arithmetic: $name", (sample) => {
    const moments = momentsOf(Object.freeze(sample.values));
    expect(moments.count).toBe(sample.count);
    expect(moments.sum).toBe(sample.sum);
    expect(meanOf(moments)).toBe(sample.mean);
    expect([moments.min, moments.max]).toEqual([sample.min, sample.max]);
    expectClose(populationStdDev(moments), sample.stdDev, 1e-12 * sample.stdDev);
  });

  it.each(golden.cases)("agrees with exact arithmetic when merged by sevens: $name", (sample) => {
    let merged = emptyMoments;
    for (let start = 0; start < sample.values.length; start += 7) {
      merged = mergeMoments(merged, momentsOf(sample.values.slice(start, start + 7)));
    }
    expect(merged.sum).toBe(sample.sum);
    expect(meanOf(merged)).toBe(sample.mean);
    expectClose(populationStdDev(merged), sample.stdDev, 1e-12 * sample.stdDev);
  });

  it("merges in any grouping and order to the same", () => {
    fc.assert(
      fc.property(numbers, numbers, numbers, (a, b, c) => {
        const [x, y, z] = [momentsOf(a), momentsOf(b), momentsOf(c)];
        const whole = momentsOf([...a, ...b, ...c]);
        expectSame(mergeMoments(mergeMoments(x, y), z), whole);
        expectSame(mergeMoments(x, mergeMoments(y, z)), whole);
        expectSame(mergeMoments(z, mergeMoments(y, x)), whole);
      }),
    );
  });

  it("has the empty set as identity", () => {
    fc.assert(
      fc.property(numbers, (values) => {
        const moments = momentsOf(values);
        expect(mergeMoments(emptyMoments, moments)).toEqual(moments);
        expect(mergeMoments(moments, emptyMoments)).toEqual(moments);
      }),
    );
  });

  it("counts a value as often as its weight says", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(numberUpTo(1e9), fc.nat(9))), (entries) => {
        const repeated = entries.flatMap(([value, count]) => new Array<number>(count).fill(value));
        expectSame(momentsOfWeighted(entries), momentsOf(repeated));
      }),
    );
  });

  it("finds no spread in a constant column, however it was split", () => {
    const constant = mergeMoments(momentsOf([0.1, 0.1, 0.1]), momentsOfWeighted([[0.1, 7]]));
    expect(constant).toMatchObject({ count: 10, sum: 1, m2: 0, min: 0.1, max: 0.1 });
  });

  it("is infinite, never NaN, beyond the range of doubles", () => {
    const huge = mergeMoments(momentsOf([1.7e308, 1.7e308]), momentsOf([-1.7e308, -1.7e308]));
    for (const value of Object.values(huge)) expect(value).not.toBeNaN();
    expect(populationStdDev(huge)).toBe(Number.POSITIVE_INFINITY);
  });

  it("refuses a mean or a spread of nothing", () => {
    expect(() => meanOf(emptyMoments)).toThrow(RangeError);
    expect(() => populationStdDev(emptyMoments)).toThrow(RangeError);
  });
});
