import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  emptyHyperLogLog,
  estimateDistinct,
  type HyperLogLog,
  hashNumber,
  hashText,
  hyperLogLogOf,
  mergeHyperLogLog,
} from "../../../shared/sketch/hyperloglog.ts";

const sketchOf = (texts: readonly string[]) => hyperLogLogOf(texts.map(hashText));
const texts = fc.array(fc.string(), { maxLength: 200 });

function expectEqual(a: HyperLogLog, b: HyperLogLog): void {
  expect(Buffer.compare(a.registers, b.registers)).toBe(0);
}

/** The standard error at 4096 registers. */
const STANDARD_ERROR = 1.04 / 64;

describe("hyperLogLog", () => {
  it("counts nothing in nothing", () => {
    expect(estimateDistinct(emptyHyperLogLog)).toBe(0);
  });

  it.each([1, 2, 10, 100])("counts %i values nearly exactly", (distinct) => {
    const hashes = Array.from({ length: distinct }, (_, i) => hashText(`value ${i}`));
    expect(Math.abs(estimateDistinct(hyperLogLogOf(hashes)) - distinct)).toBeLessThan(
      0.03 * distinct,
    );
  });

  it.each([1_000, 3_000, 10_000, 20_000, 50_000])(
    "has the error it promises at %i values, numbers and texts",
    (distinct) => {
      const errors = Array.from({ length: 20 }, (_, set) => {
        const start = set * distinct;
        const hashes = Array.from({ length: distinct }, (_, i) =>
          set % 2 ? hashNumber((start + i) * 0.25) : hashText(`user-${start + i}`),
        );
        return estimateDistinct(hyperLogLogOf(hashes)) / distinct - 1;
      });
      const rootMeanSquare = Math.sqrt(errors.reduce((sum, e) => sum + e * e, 0) / errors.length);
      const mean = errors.reduce((sum, e) => sum + e, 0) / errors.length;
      // Of 20 sets; the mean square's own relative error is √(2/20), the mean's is 1/√20.
      expect(rootMeanSquare).toBeLessThan(STANDARD_ERROR * 1.5);
      expect(Math.abs(mean)).toBeLessThan((STANDARD_ERROR * 3.5) / Math.sqrt(20));
    },
  );

  it("merges to the very sketch of the union, in any order, any number of times", () => {
    fc.assert(
      fc.property(texts, texts, texts, (a, b, c) => {
        const [x, y, z] = [sketchOf(a), sketchOf(b), sketchOf(c)];
        const whole = sketchOf([...a, ...b, ...c]);
        expectEqual(mergeHyperLogLog(mergeHyperLogLog(x, y), z), whole);
        expectEqual(mergeHyperLogLog(x, mergeHyperLogLog(z, y)), whole);
        expectEqual(mergeHyperLogLog(whole, y), whole);
        expectEqual(mergeHyperLogLog(emptyHyperLogLog, x), x);
      }),
    );
  });

  it("ranks a hash by the zeros after its first twelve bits", () => {
    const { registers } = hyperLogLogOf([
      { high: 0xfff80000, low: 0 },
      { high: 0x00100001, low: 0 },
      { high: 0x00200000, low: 1 },
      { high: 0, low: 0 },
    ]);
    const touched = [...registers.entries()].filter(([, rank]) => rank > 0);
    expect(touched).toEqual([
      [0, 53],
      [1, 20],
      [2, 52],
      [0xfff, 1],
    ]);
  });
});
