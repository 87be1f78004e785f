import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  emptyFrequentItems,
  FREQUENT_ITEMS_CAPACITY,
  type FrequentItems,
  mergeFrequent,
  reduceFrequent,
} from "../../../shared/sketch/frequent-items.ts";

/** Counts of up to 700 texts: a few heavy, many light. */
const manyCounts = fc
  .array(fc.tuple(fc.nat(900), fc.integer({ min: 1, max: 60 })), { minLength: 200, maxLength: 900 })
  .map((entries) => {
    const counts = new Map<string, number>();
    for (const [id, weight] of entries) {
      const count = id < 5 ? weight * 1000 : weight;
      counts.set(`t${id}`, (counts.get(`t${id}`) ?? 0) + count);
    }
    return counts;
  });

function expectBounds(sketch: FrequentItems, truth: ReadonlyMap<string, number>): void {
  const total = [...truth.values()].reduce((sum, count) => sum + count, 0);
  expect(sketch.counts.size).toBeLessThanOrEqual(FREQUENT_ITEMS_CAPACITY);
  expect(sketch.undercount).toBeLessThanOrEqual(total / (FREQUENT_ITEMS_CAPACITY + 1));
  for (const [text, count] of truth) {
    const least = sketch.counts.get(text) ?? 0;
    expect(least).toBeLessThanOrEqual(count);
    expect(count).toBeLessThanOrEqual(least + sketch.undercount);
  }
  for (const text of sketch.counts.keys()) expect(truth.has(text)).toBe(true);
}

function sum(...parts: readonly ReadonlyMap<string, number>[]): Map<string, number> {
  const total = new Map<string, number>();
  for (const part of parts) {
    for (const [text, count] of part) total.set(text, (total.get(text) ?? 0) + count);
  }
  return total;
}

describe("frequentItems", () => {
  it("keeps every count while there is room", () => {
    const counts = new Map(Array.from({ length: 512 }, (_, i) => [`t${i}`, i + 1]));
    expect(reduceFrequent(counts, 0)).toEqual({ counts, undercount: 0 });
  });

  it("takes from all what the first one without room had", () => {
    const counts = new Map(Array.from({ length: 514 }, (_, i) => [`t${i}`, 514 - i]));
    const reduced = reduceFrequent(counts, 3);
    expect(reduced.undercount).toBe(3 + 2);
    expect(reduced.counts.size).toBe(512);
    expect(reduced.counts.get("t0")).toBe(512);
  });

  it("drops all texts of a tie rather than choose among them", () => {
    const counts = new Map(Array.from({ length: 600 }, (_, i) => [`t${i}`, 1]));
    expect(reduceFrequent(counts, 0)).toEqual({ counts: new Map(), undercount: 1 });
  });

  it("brackets every true count after any merges, within its capacity's promise", () => {
    fc.assert(
      fc.property(manyCounts, manyCounts, manyCounts, (a, b, c) => {
        const [x, y, z] = [reduceFrequent(a, 0), reduceFrequent(b, 0), reduceFrequent(c, 0)];
        const truth = sum(a, b, c);
        expectBounds(mergeFrequent(mergeFrequent(x, y), z), truth);
        expectBounds(mergeFrequent(x, mergeFrequent(y, z)), truth);
      }),
      // Shrinking hundreds of counts would take minutes.
      { numRuns: 30, endOnFailure: true },
    );
  });

  it("merges to the same whichever comes first, and with nothing to itself", () => {
    fc.assert(
      fc.property(manyCounts, manyCounts, (a, b) => {
        const [x, y] = [reduceFrequent(a, 0), reduceFrequent(b, 0)];
        expect(mergeFrequent(x, y)).toEqual(mergeFrequent(y, x));
        expect(mergeFrequent(x, emptyFrequentItems)).toEqual(x);
      }),
      // Shrinking hundreds of counts would take minutes.
      { numRuns: 30, endOnFailure: true },
    );
  });
});
