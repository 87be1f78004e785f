import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  formatComparison,
  formatCount,
  formatNoun,
  formatNumber,
  formatPercent,
} from "../../../shared/report/numbers.ts";

describe("formatNumber", () => {
  it.each([
    [0, "0"],
    [-0, "0"],
    [1.5, "1.5"],
    [-1.5, "−1.5"],
    [1234, "1234"],
    [12345, "12,345"],
    [0.123456, "0.1235"],
    [1e-5, "1e-5"],
    [-3.21e12, "−3.21e12"],
    [99.99999, "100"],
    [null, "–"],
    [Number.NaN, "–"],
    [Number.POSITIVE_INFINITY, "–"],
  ])("writes %d as %s", (value, text) => {
    expect(formatNumber(value)).toBe(text);
  });
});

describe("formatPercent", () => {
  it.each([
    [0, "0 %"],
    [1, "100 %"],
    [0.5, "50 %"],
    [0.123456, "12.3 %"],
    [0.9996, "99.96 %"],
    [0.99999999, "99.999999 %"],
    [1e-9, "0.0000001 %"],
    [null, "–"],
  ])("writes %d as %s", (fraction, text) => {
    expect(formatPercent(fraction)).toBe(text);
  });

  it("says all or nothing only of all or nothing", () => {
    const inside = fc.double({ min: 1e-10, max: 1 - 1e-10, noNaN: true });
    fc.assert(
      fc.property(inside, (fraction) => {
        expect(["0 %", "100 %"]).not.toContain(formatPercent(fraction));
      }),
    );
  });
});

describe("formatComparison", () => {
  it.each([
    { observed: 0.100001, limit: 0.1, format: formatNumber, shown: ["0.100001", "0.1"] },
    {
      observed: 0.1 + 0.2,
      limit: 0.3,
      format: formatNumber,
      shown: ["0.30000000000000004", "0.3"],
    },
    { observed: 0.9954, limit: 0.9951, format: formatPercent, shown: ["99.54 %", "99.51 %"] },
    { observed: 0.88, limit: 1, format: formatPercent, shown: ["88 %", "100 %"] },
    { observed: null, limit: 0.1, format: formatNumber, shown: ["–", "0.1"] },
    { observed: 0.1, limit: 0.1, format: formatNumber, shown: ["0.1", "0.1"] },
  ])("shows that $observed differs from $limit", ({ observed, limit, format, shown }) => {
    expect(formatComparison(observed, limit, format)).toEqual(shown);
  });
});

describe("counts", () => {
  it("take a noun in the right number", () => {
    expect([formatCount(1234567), formatNoun(1, "row"), formatNoun(0, "row")]).toEqual([
      "1,234,567",
      "1 row",
      "0 rows",
    ]);
  });
});
