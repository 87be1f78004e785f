import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  categoricalChiSquared,
  chiSquaredTail,
} from "../../../shared/drift/categorical-chi-squared.ts";
import { categoricalLinf } from "../../../shared/drift/categorical-linf.ts";
import {
  type CategoryCounts,
  categoriesOf,
  categoryName,
  windowCategories,
} from "../../../shared/drift/category-counts.ts";
import { linfRobust } from "../../../shared/drift/linf-robust.ts";
import { columnFromTexts } from "../../../shared/sketch/column-state.ts";
import deequ from "../../golden/deequ-distance.json" with { type: "json" };
import scipy from "../../golden/scipy-distances.json" with { type: "json" };

function counts(byCategory: object): CategoryCounts {
  return categoriesOf(
    Object.entries(byCategory).map(([value, count]: [string, number]) => ({ value, count })),
  );
}

describe("categoricalLinf", () => {
  it.each(deequ.categorical)("agrees with Deequ: $name", (golden) => {
    const [baseline, current] = [counts(golden.baseline), counts(golden.current)];
    const simple = categoricalLinf(baseline, current);
    expect(simple.value).toBeCloseTo(golden.simple, 14);
    const robust = linfRobust(simple, baseline.valueCount, current.valueCount);
    expect(robust.value).toBeCloseTo(golden.robust, 14);
  });

  it("gives the published value of the five-category example", () => {
    const baseline = counts({ a: 500, b: 300, c: 150, d: 50 });
    const current = counts({ a: 380, b: 330, c: 180, d: 80, e: 30 });
    expect(categoricalLinf(baseline, current).value).toBeCloseTo(0.12, 14);
  });

  const someCounts = fc.dictionary(fc.constantFrom("a", "b", "c", "d", "e"), fc.nat(99), {
    minKeys: 1,
  });
  const seen = someCounts.filter((byCategory) => Object.values(byCategory).some((n) => n > 0));

  it("is a metric: bounded, symmetric, and obeys the triangle inequality", () => {
    fc.assert(
      fc.property(seen, seen, seen, (a, b, c) => {
        const distance = (x: object, y: object) => categoricalLinf(counts(x), counts(y)).value;
        expect(distance(a, b)).toBeLessThanOrEqual(1);
        expect(distance(b, a)).toBe(distance(a, b));
        expect(distance(a, a)).toBe(0);
        expect(distance(a, c)).toBeLessThanOrEqual(distance(a, b) + distance(b, c) + 1e-12);
      }),
    );
  });

  it("refuses to measure without values", () => {
    expect(() => categoricalLinf(counts({}), counts({ a: 1 }))).toThrow(/at least one/);
    expect(() => categoricalLinf(counts({ a: 1 }), counts({ a: 0 }))).toThrow(/at least one/);
  });
});

describe("categoricalChiSquared", () => {
  const measured = deequ.categorical.filter(({ statistic }) => statistic !== null);
  const refused = deequ.categorical.filter(({ statistic }) => statistic === null);

  it.each(measured)("agrees with Deequ: $name", (golden) => {
    const result = categoricalChiSquared(counts(golden.baseline), counts(golden.current));
    expect(result!.statistic / golden.statistic!).toBeCloseTo(1, 12);
    expect(result!.value).toBeCloseTo(golden.pValue!, 12);
  });

  it.each(refused)("has nothing to test where Deequ has not: $name", (golden) => {
    expect(categoricalChiSquared(counts(golden.baseline), counts(golden.current))).toBeNull();
  });

  it("covers both", () => {
    expect(measured.length).toBeGreaterThanOrEqual(10);
    expect(refused.length).toBeGreaterThanOrEqual(4);
  });

  it("does not depend on the order of the categories, equal ones included", () => {
    const baseline = { a: 3, b: 3, c: 3, d: 50, e: 40 };
    const current = { a: 1, b: 5, c: 2, d: 30, e: 30 };
    const reversed = Object.fromEntries(Object.entries(baseline).reverse());
    expect(categoricalChiSquared(counts(reversed), counts(current))).toEqual(
      categoricalChiSquared(counts(baseline), counts(current)),
    );
  });

  it.each([0, 7])("does not know a category of which the baseline has no value, %i now", (now) => {
    const baseline = { a: 30, b: 30, c: 30, d: 30, e: 30 };
    const current = { a: 31, b: 29, c: 35, d: 25, e: 30 };
    const result = categoricalChiSquared(counts(baseline), counts(current));
    expect(result!.value).toBeGreaterThan(0.5);
    expect(
      categoricalChiSquared(counts({ ...baseline, f: 0 }), counts({ ...current, f: now })),
    ).toEqual(result);
  });

  it.each(scipy.chiSquaredTail)(
    "has scipy's tail at $statistic with $degreesOfFreedom degrees of freedom",
    ({ statistic, degreesOfFreedom, tail }) => {
      const ours = chiSquaredTail(statistic, degreesOfFreedom);
      expect(Math.abs(ours - tail)).toBeLessThanOrEqual(1e-12 * tail);
    },
  );
});

describe("windowCategories", () => {
  it("counts every text as it is while there are at most 128", () => {
    const column = columnFromTexts(["1", "1.0", "x", "x"]);
    expect(windowCategories(column)).toEqual({
      counts: new Map([
        ["1", 1],
        ["1.0", 1],
        ["x", 2],
      ]),
      countError: 0,
      valueCount: 4,
    });
    expect(categoryName(column, "1.0")).toBe("1.0");
  });

  it("counts numbers by value beyond, so that a code such as 007 is still found", () => {
    const codes = Array.from({ length: 200 }, (_, index) => String(index).padStart(3, "0"));
    const column = columnFromTexts([...codes, "007", "x", "x"]);
    const categories = windowCategories(column);
    expect(categories.valueCount).toBe(203);
    expect(categories.counts.get(categoryName(column, "007"))).toBe(2);
    expect(categories.counts.get(categoryName(column, "x"))).toBe(2);
    expect(categories.countError).toBe(0);
  });
});
