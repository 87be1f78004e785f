import { describe, expect, it } from "vitest";
import type { FeatureStatistics } from "../../../shared/contracts/statistics-file.ts";
import { typeStrips } from "../../../shared/report/type-strips.ts";
import type { TypeCounts } from "../../../shared/sketch/column-state.ts";

type Type = FeatureStatistics["inferred_type"];

/** Kind and width of the window's bars, and the words beside them. */
function windowStrip(expected: Type, counts: Partial<TypeCounts>, missing = 0) {
  const types = { integral: 0, fractional: 0, boolean: 0, string: 0, ...counts };
  const present = Object.values(types).reduce((sum, count) => sum + count, 0);
  const common = { num_present: present, num_missing: missing };
  const { markup } = typeStrips({
    name: "x",
    outcome: "passed",
    checks: [],
    constraints: { name: "x", inferred_type: expected, completeness: 1 },
    baseline: undefined,
    window: {
      name: "x",
      inferred_type: "String",
      string_statistics: { common, distinct_count: 1 },
    },
    types,
  });
  const bars = [...markup.matchAll(/<i class="(\w+)" style="width:([\d.]+)%">/g)];
  return {
    bars: bars.map(([, kind, width]) => `${kind} ${width}`),
    words: /<td>([^<]*)<\/table>/.exec(markup)?.[1],
  };
}

describe("typeStrips", () => {
  it.each([
    {
      expected: "Integral",
      counts: { integral: 3, fractional: 1 },
      bars: ["same 75.0", "other 25.0"],
    },
    {
      expected: "Fractional",
      counts: { integral: 3, fractional: 1 },
      bars: ["same 75.0", "same 25.0"],
    },
    { expected: "String", counts: { integral: 1, string: 1 }, bars: ["same 50.0", "same 50.0"] },
    { expected: "String", counts: { integral: 4 }, bars: ["other 100.0"] },
    { expected: "Unknown", counts: { boolean: 4 }, bars: ["same 100.0"] },
  ] as const)("judges $counts as $expected", ({ expected, counts, bars }) => {
    expect(windowStrip(expected, counts).bars).toEqual(bars);
  });

  it("says every part in words, the missing one too", () => {
    expect(windowStrip("Integral", { integral: 6, string: 2 }, 2)).toEqual({
      bars: ["same 60.0", "other 20.0", "missing 20.0"],
      words: "60 % Integral, 20 % String, 20 % missing",
    });
  });
});
