import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type ColumnState,
  columnFromTexts,
  EXACT_VALUES_LIMIT,
  emptyColumn,
  mergeColumns,
  sketchColumn,
} from "../../../shared/sketch/column-state.ts";
import { numericDistribution, presentCount } from "../../../shared/sketch/column-state-views.ts";
import { countedText, parseNumber } from "../../../shared/sketch/value-type.ts";
import { columnTexts } from "./column-arbitraries.ts";
import { greatestRankErrors } from "./rank-errors.ts";

const countTo = (end: number) => Array.from({ length: end }, (_, i) => String(i));

/** Two states of the same values, merged in two ways: exact where the law is exact. */
function expectSameColumn(actual: ColumnState, expected: ColumnState): void {
  expect(actual.kind).toBe(expected.kind);
  expect(actual.types).toEqual(expected.types);
  if (actual.kind === "exact" || expected.kind === "exact") {
    expect(actual).toEqual(expected);
    return;
  }
  expect(Buffer.compare(actual.distinct.registers, expected.distinct.registers)).toBe(0);
  const { m2, sum, sumLow: _, ...exactMoments } = expected.moments;
  expect(actual.moments).toMatchObject(exactMoments);
  expect(Math.abs(actual.moments.sum - sum)).toBeLessThanOrEqual(1e-12 * Math.abs(sum));
  expect(Math.abs(actual.moments.m2 - m2)).toBeLessThanOrEqual(1e-12 * m2);
}

function expectSketchesHold(column: ColumnState, texts: readonly string[]): void {
  const numbers = texts.map(parseNumber).filter((number) => number !== null);
  const sketch = numericDistribution(column);
  const { tooHigh, tooLow } = greatestRankErrors(Float64Array.from(numbers), sketch);
  expect(sketch.count).toBe(numbers.length);
  expect(tooHigh).toBeLessThanOrEqual(sketch.overcount);
  expect(tooLow).toBeLessThanOrEqual(sketch.undercount);
  if (column.kind === "exact") return;
  const others = new Map<string, number>();
  for (const text of texts.filter((t) => parseNumber(t) === null).map(countedText)) {
    others.set(text, (others.get(text) ?? 0) + 1);
  }
  for (const [text, count] of others) {
    const least = column.frequent.counts.get(text) ?? 0;
    expect(least <= count && count <= least + column.frequent.undercount).toBe(true);
  }
}

describe("a column's state", () => {
  it("counts every text while there are at most 128", () => {
    const texts = [...countTo(EXACT_VALUES_LIMIT), "0", "1.0"].slice(0, -1);
    const column = columnFromTexts(texts);
    expect(column).toEqual({
      kind: "exact",
      types: { integral: 129, fractional: 0, boolean: 0, string: 0 },
      counts: new Map(countTo(128).map((text) => [text, text === "0" ? 2 : 1])),
    });
  });

  it("goes over to sketches with the 129th distinct text, spelling included", () => {
    expect(columnFromTexts(countTo(128)).kind).toBe("exact");
    expect(columnFromTexts(countTo(129)).kind).toBe("sketched");
    expect(columnFromTexts([...countTo(128), "1.0"]).kind).toBe("sketched");
  });

  it("merges in any order and grouping to the same", () => {
    fc.assert(
      fc.property(columnTexts, columnTexts, columnTexts, (a, b, c) => {
        const [x, y, z] = [columnFromTexts(a), columnFromTexts(b), columnFromTexts(c)];
        const texts = [...a, ...b, ...c];
        const whole = columnFromTexts(texts);
        for (const merged of [
          mergeColumns(mergeColumns(x, y), z),
          mergeColumns(x, mergeColumns(y, z)),
          mergeColumns(mergeColumns(z, x), y),
        ]) {
          expectSameColumn(merged, whole);
          expectSketchesHold(merged, texts);
          expect(presentCount(merged)).toBe(texts.length);
        }
      }),
    );
  });

  it("has the empty column as identity", () => {
    fc.assert(
      fc.property(columnTexts, (texts) => {
        const column = columnFromTexts(texts);
        expect(mergeColumns(column, emptyColumn)).toEqual(column);
        expect(mergeColumns(emptyColumn, column)).toEqual(column);
      }),
    );
  });

  it("merges to the same whichever comes first", () => {
    fc.assert(
      fc.property(columnTexts, columnTexts, (a, b) => {
        const [x, y] = [columnFromTexts(a), columnFromTexts(b)];
        expect(mergeColumns(x, y)).toEqual(mergeColumns(y, x));
      }),
    );
  });

  it("does not depend on the order of its texts", () => {
    fc.assert(
      fc.property(columnTexts, (texts) => {
        expect(columnFromTexts([...texts].sort())).toEqual(columnFromTexts(texts));
      }),
    );
  });

  it("keeps everything when it is sketched: numbers by value, others by text", () => {
    const column = sketchColumn(columnFromTexts(["1", "1.0", "2.5", "true", "a", "a", "- 3"]));
    expect(column).toMatchObject({
      types: { integral: 2, fractional: 2, boolean: 1, string: 2 },
      moments: { count: 4, sum: 1.5, min: -3, max: 2.5 },
      frequent: {
        counts: new Map([
          ["true", 1],
          ["a", 2],
        ]),
        undercount: 0,
      },
    });
    // The numbers -3, 1 and 2.5, and two texts.
    expect(column.distinct.registers.filter((rank) => rank > 0).length).toBe(5);
    expect(sketchColumn(column)).toBe(column);
  });

  it("does not change what it merges", () => {
    const [a, b] = [columnFromTexts(countTo(100)), columnFromTexts(countTo(300))];
    const before = structuredClone([a, b]);
    mergeColumns(a, b);
    mergeColumns(b, b);
    expect([a, b]).toEqual(before);
  });
});
