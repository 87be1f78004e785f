import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  addDoubleDouble,
  addExactly,
  divideByCount,
  multiplyExactly,
} from "../../../shared/stats/double-double.ts";

/** Whole numbers over many magnitudes: BigInt can redo their arithmetic exactly. */
const whole = fc
  .tuple(fc.integer({ min: -(2 ** 30), max: 2 ** 30 }), fc.integer({ min: 0, max: 300 }))
  .map(([digits, exponent]) => digits * 2 ** exponent);

describe("double-double arithmetic", () => {
  it("adds two doubles without error", () => {
    fc.assert(
      fc.property(whole, whole, (a, b) => {
        const { high, low } = addExactly(a, b);
        expect(BigInt(high) + BigInt(low)).toBe(BigInt(a) + BigInt(b));
        expect(high).toBe(a + b);
      }),
    );
  });

  it("multiplies two doubles without error", () => {
    fc.assert(
      fc.property(whole, fc.nat(2 ** 31 - 1), (a, b) => {
        const { high, low } = multiplyExactly(a, b);
        expect(BigInt(high) + BigInt(low)).toBe(BigInt(a) * BigInt(b));
      }),
    );
  });

  it("keeps what plain addition loses", () => {
    const big = addDoubleDouble({ high: 1e30, low: 0 }, { high: 1, low: 1e-20 });
    expect(addDoubleDouble(big, { high: -1e30, low: 0 }).high).toBe(1);
  });

  it("divides to the nearest double where plain division does not", () => {
    expect((0.1 + 0.1 + 0.1) / 3).not.toBe(0.1);
    const sum = addDoubleDouble(addExactly(0.1, 0.1), { high: 0.1, low: 0 });
    expect(divideByCount(sum, 3).high).toBe(0.1);
  });

  it("becomes infinite beyond the range of doubles, never NaN", () => {
    const huge = { high: Number.MAX_VALUE, low: 0 };
    const beyond = addDoubleDouble(huge, huge);
    expect(beyond).toEqual({ high: Number.POSITIVE_INFINITY, low: 0 });
    expect(addDoubleDouble(beyond, { high: Number.NEGATIVE_INFINITY, low: 0 }).high).toBe(
      Number.POSITIVE_INFINITY,
    );
    expect(multiplyExactly(1e308, 100)).toEqual({ high: Number.POSITIVE_INFINITY, low: 0 });
    expect(divideByCount(beyond, 2).high).toBe(Number.POSITIVE_INFINITY);
  });

  it("refuses a mean of nothing", () => {
    expect(() => divideByCount({ high: 0, low: 0 }, 0)).toThrow(RangeError);
  });
});
