import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ascendingOrder } from "../../../shared/stats/ascending-order.ts";
import { drawBinomial } from "../../../shared/stats/binomial.ts";
import { kolmogorovSmirnov, kolmogorovTail } from "../../../shared/stats/kolmogorov-smirnov.ts";
import { randomIndex, randomStream, xoshiro128 } from "../../../shared/stats/random-stream.ts";
import { wilsonInterval } from "../../../shared/stats/wilson.ts";

const golden = JSON.parse(
  readFileSync(new URL("../../golden/small-statistics.json", import.meta.url), "utf8"),
);

describe("wilsonInterval", () => {
  it.each<{ count: number; of: number; lower: number; upper: number }>(golden.wilson)(
    "agrees with statsmodels: $count of $of",
    ({ count, of, lower, upper }) => {
      const interval = wilsonInterval(count, of);
      expect(interval.lower).toBeCloseTo(lower, 12);
      expect(interval.upper).toBeCloseTo(upper, 12);
    },
  );

  it("holds the rate, inside [0, 1], and narrows with more trials", () => {
    const trials = fc.integer({ min: 1, max: 1e6 });
    fc.assert(
      fc.property(trials, fc.double({ min: 0, max: 1, noNaN: true }), (of, share) => {
        const count = Math.floor(of * share);
        const { lower, upper } = wilsonInterval(count, of);
        expect(0 <= lower && lower <= count / of && count / of <= upper && upper <= 1).toBe(true);
        const wider = wilsonInterval(count * 10, of * 10);
        expect(wider.upper - wider.lower).toBeLessThan(upper - lower);
      }),
    );
  });

  it.each([
    [1, 0],
    [-1, 5],
    [6, 5],
    [0.5, 5],
  ])("refuses %d of %d", (count, of) => {
    expect(() => wilsonInterval(count, of)).toThrow(RangeError);
  });
});

describe("ascendingOrder", () => {
  const finite = fc.double({ noNaN: true, noDefaultInfinity: true });

  it.each([
    ["few", 1],
    ["many", 3000],
  ])("is by value, equal values by index: %s values", (_, times) => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(finite, fc.constantFrom(0, -0, 1, -1)), { maxLength: 40 }),
        (some) => {
          const values = Array.from({ length: times }, () => some).flat();
          const byComparing = values
            .map((_, at) => at)
            .sort((a, b) => values[a]! - values[b]! || a - b);
          expect(ascendingOrder(values)).toEqual(Uint32Array.from(byComparing));
        },
      ),
      { numRuns: times === 1 ? 200 : 10 },
    );
  });

  it("refuses a value that is not finite", () => {
    expect(() => ascendingOrder([1, Number.NaN])).toThrow(/value 1: NaN: must be finite/);
  });
});

describe("kolmogorovSmirnov", () => {
  interface Case {
    readonly name: string;
    readonly first: number[];
    readonly second: number[];
    readonly distance: number;
    readonly pValue: number;
  }

  it.each<Case>(golden.kolmogorovSmirnov)(
    "agrees with scipy: $name",
    ({ first, second, distance, pValue }) => {
      const found = kolmogorovSmirnov(first, second);
      expect(found.distance).toBeCloseTo(distance, 12);
      expect(found.pValue).toBeCloseTo(pValue, 9);
    },
  );

  it.each<{ x: number; tail: number }>(golden.kolmogorovTail)(
    "has scipy's tail at $x",
    ({ x, tail }) => {
      expect(kolmogorovTail(x)).toBeCloseTo(tail, 12);
    },
  );

  it("refuses an empty sample", () => {
    expect(() => kolmogorovSmirnov([], [1])).toThrow(/at least 1/);
  });
});

describe("the random stream", () => {
  // Values of the authors' C code, as kept by github.com/edorfaus/xoshiro-6502 (test-rom/testdata.asm).
  it("is xoshiro128**", () => {
    const next = xoshiro128([0x964d4a0c, 0xd40ab895, 0xad7fdecb, 0x3006f0f0]);
    expect([next(), next(), next(), next()]).toEqual([
      0xf1391922, 0x6fe53806, 0xa5be2840, 0xf510ee70,
    ]);
  });

  it("gives the same numbers for the same seed, and others for another", () => {
    const ten = (seed: number) => {
      const next = randomStream(seed);
      return Array.from({ length: 10 }, next);
    };
    expect(ten(1)).toEqual(ten(1));
    expect(ten(1)).not.toEqual(ten(2));
  });

  it("draws each index about as often", () => {
    const next = randomStream(3);
    const counts = new Array(7).fill(0);
    for (let draw = 0; draw < 70_000; draw += 1) counts[randomIndex(next, 7)] += 1;
    const chiSquared = counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0);
    expect(chiSquared).toBeLessThan(22.46); // 0.999 of chi-squared with 6 degrees of freedom
  });
});

describe("drawBinomial", () => {
  interface Case {
    readonly n: number;
    readonly p: number;
    readonly at: number[];
    readonly cdf: number[];
  }

  it.each<Case>(golden.binomial)(
    "is distributed as scipy says: n $n, p $p",
    ({ n, p, at, cdf }) => {
      const DRAWS = 20_000;
      const next = randomStream(5);
      const drawn = Float64Array.from({ length: DRAWS }, () => drawBinomial(next, n, p)).sort();
      const gaps = at.map((value, index) => {
        const share = drawn.filter((draw) => draw <= value).length / DRAWS;
        return Math.abs(share - cdf[index]!);
      });
      // Kolmogorov's 0.999 quantile: the seed is fixed, so this either holds or never does.
      expect(Math.max(...gaps)).toBeLessThan(1.95 / Math.sqrt(DRAWS));
    },
  );

  it("is certain at the ends", () => {
    const next = randomStream(1);
    expect([
      drawBinomial(next, 9, 0),
      drawBinomial(next, 9, 1),
      drawBinomial(next, 0, 0.5),
    ]).toEqual([0, 9, 0]);
  });

  it.each([
    [1.5, 0.5],
    [-1, 0.5],
    [3, 1.1],
    [3, Number.NaN],
  ])("refuses n %d, p %d", (n, p) => {
    expect(() => drawBinomial(randomStream(1), n, p)).toThrow(RangeError);
  });
});
