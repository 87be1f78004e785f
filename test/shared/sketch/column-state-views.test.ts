import { describe, expect, it } from "vitest";
import { columnFromTexts, emptyColumn } from "../../../shared/sketch/column-state.ts";
import {
  columnType,
  distinctCount,
  numericCount,
  numericDistribution,
  numericMoments,
  presentCount,
  textCounts,
} from "../../../shared/sketch/column-state-views.ts";
import { rankCurve } from "../../../shared/sketch/kll-ranks.ts";

const mixed = columnFromTexts(["1", "1.0", "1", "2", "- 2", "a", "a", "true"]);
const many = columnFromTexts([
  ...Array.from({ length: 400 }, (_, i) => String(i / 2)),
  ..."aaabb".split(""),
]);

describe("views of a column", () => {
  it.each([
    [[], "Unknown"],
    [["1", "-2"], "Integral"],
    [["1", "2.5"], "Fractional"],
    [["1e5"], "Fractional"],
    [["true", "false"], "Boolean"],
    [["true", "1"], "String"],
    [["1", "x"], "String"],
    [[""], "String"],
  ])("infers from %j the type %s", (texts, type) => {
    expect(columnType(columnFromTexts(texts).types)).toBe(type);
  });

  it("counts present and numeric values", () => {
    expect([presentCount(mixed), numericCount(mixed)]).toEqual([8, 5]);
    expect([presentCount(many), numericCount(many)]).toEqual([405, 400]);
    expect([presentCount(emptyColumn), numericCount(emptyColumn)]).toEqual([0, 0]);
  });

  it("sees one number in its several spellings", () => {
    expect(rankCurve(numericDistribution(mixed))).toEqual({
      values: Float64Array.of(-2, 1, 2),
      ranks: Float64Array.of(1, 4, 5),
    });
    expect(numericMoments(mixed)).toMatchObject({ count: 5, sum: 3, min: -2, max: 2 });
    // -2, 1, 2, a, true
    expect(distinctCount(mixed)).toBe(5);
  });

  it("reads the numbers of a sketched column from its sketches", () => {
    expect(numericDistribution(many).count).toBe(400);
    expect(numericMoments(many)).toMatchObject({ count: 400, sum: 39_900, min: 0, max: 199.5 });
    expect(Math.abs(distinctCount(many) - 402)).toBeLessThan(402 * 0.05);
  });

  it("says which texts it knows, and what it does not", () => {
    expect(textCounts(mixed)).toEqual({
      counts: new Map([
        ["1", 2],
        ["1.0", 1],
        ["2", 1],
        ["- 2", 1],
        ["a", 2],
        ["true", 1],
      ]),
      undercount: 0,
      complete: true,
      unattributedNumericCount: 0,
    });
    expect(textCounts(many)).toEqual({
      counts: new Map([
        ["a", 3],
        ["b", 2],
      ]),
      undercount: 0,
      complete: false,
      unattributedNumericCount: 400,
    });
    const names = columnFromTexts(Array.from({ length: 200 }, (_, i) => `name ${i}`));
    expect(textCounts(names)).toMatchObject({ complete: true, undercount: 0 });
    const crowd = columnFromTexts(Array.from({ length: 600 }, (_, i) => `name ${i}`));
    expect(textCounts(crowd)).toMatchObject({ complete: false, undercount: 1 });
  });
});
