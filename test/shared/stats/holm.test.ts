import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { holmAdjusted } from "../../../shared/stats/holm.ts";

const golden = JSON.parse(
  readFileSync(new URL("../../golden/small-statistics.json", import.meta.url), "utf8"),
);

describe("holmAdjusted", () => {
  it.each<{ pValues: number[]; adjusted: number[] }>(golden.holm)(
    "agrees with statsmodels: $pValues",
    ({ pValues, adjusted }) => {
      const found = holmAdjusted(pValues);
      expect(found).toHaveLength(adjusted.length);
      for (const [index, value] of adjusted.entries()) expect(found[index]).toBeCloseTo(value, 12);
    },
  );

  it("keeps the order of the p-values, adds to none less than nothing, and takes none beyond 1", () => {
    const fractions = fc.array(fc.double({ min: 0, max: 1, noNaN: true }));
    fc.assert(
      fc.property(fractions, (pValues) => {
        const adjusted = holmAdjusted(pValues);
        for (const [i, value] of adjusted.entries()) {
          expect(value).toBeGreaterThanOrEqual(pValues[i]!);
          expect(value).toBeLessThanOrEqual(1);
          for (const [j, other] of adjusted.entries()) {
            if (pValues[i]! <= pValues[j]!) expect(value).toBeLessThanOrEqual(other);
          }
        }
      }),
    );
  });

  it.each([[[Number.NaN]], [[0.5, 1.1]], [[-0.1]]])("refuses %j", (pValues) => {
    expect(() => holmAdjusted(pValues)).toThrow("must be in [0, 1]");
  });
});
