import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { closestNull } from "../../../shared/canary/closest-null.ts";
import { rateBound } from "../../../shared/canary/rate-bound.ts";
import {
  type PairedOutcomes,
  type RateNull,
  rateEvidence,
} from "../../../shared/canary/rate-evidence.ts";
import golden from "../../golden/canary-evidence.json" with { type: "json" };

type Counts = readonly [trials: number, events: number];

const paired = ([champion, candidate]: readonly (readonly number[])[]): PairedOutcomes => ({
  champion: { trialCount: champion![0]!, eventSum: champion![1]! },
  candidate: { trialCount: candidate![0]!, eventSum: candidate![1]! },
});

const wealth = (intervals: readonly (readonly [Counts, Counts])[], against: RateNull): number =>
  Math.exp(rateEvidence(intervals.map(paired), against).at(-1)!);

function binomial(trials: number, events: number, rate: number): number {
  let ways = 1;
  for (let k = 1; k <= events; k += 1) ways = (ways * (trials - k + 1)) / k;
  return ways * rate ** events * (1 - rate) ** (trials - events);
}

const upTo = (most: number): number[] => Array.from({ length: most + 1 }, (_, k) => k);

/** Mean wealth over everything that intervals of these sizes can come to at these rates. */
function meanWealth(
  sizes: readonly (readonly [champion: number, candidate: number])[],
  rates: { readonly champion: number; readonly candidate: number },
  against: RateNull,
): number {
  const walk = (index: number, seen: readonly (readonly [Counts, Counts])[]): number => {
    const size = sizes[index];
    if (size === undefined) return wealth(seen, against);
    const [n, m] = size;
    let mean = 0;
    for (const x of upTo(n)) {
      for (const y of upTo(m)) {
        const chance = binomial(n, x, rates.champion) * binomial(m, y, rates.candidate);
        const counts: readonly [Counts, Counts] = [
          [n, x],
          [m, y],
        ];
        mean += chance * walk(index + 1, [...seen, counts]);
      }
    }
    return mean;
  };
  return walk(0, []);
}

const ROUNDING = 1e-9;
const rate = fc.double({ min: 0.001, max: 0.999, noNaN: true });

describe("closestNull", () => {
  it.each(golden.closest)(
    "agrees with scipy: $champion, $candidate, margin $margin, share $share",
    ({ champion, candidate, margin, share, expected }) => {
      const found = closestNull({ champion, candidate }, margin, share);
      expect(found.champion).toBeCloseTo(expected, 12);
      expect(found.candidate - found.champion).toBeCloseTo(margin, 12);
    },
  );

  it.each([
    ["a rate of 0", { champion: 0, candidate: 0.5 }, 0, 0.5],
    ["a margin of 1", { champion: 0.1, candidate: 0.5 }, 1, 0.5],
    ["a share of 1", { champion: 0.1, candidate: 0.5 }, 0, 1],
    ["no number", { champion: Number.NaN, candidate: 0.5 }, 0, 0.5],
  ] as const)("refuses %s", (_, alternative, margin, share) => {
    expect(() => closestNull(alternative, margin, share)).toThrow(RangeError);
  });
});

describe("rateEvidence", () => {
  it.each(golden.evidence)("agrees with plain likelihood ratios: $name", (one) => {
    const against = { ...one, says: one.says as RateNull["says"] };
    const found = rateEvidence(one.intervals.map(paired), against);
    expect(found.length).toBe(one.logWealth.length);
    for (const [index, expected] of one.logWealth.entries()) {
      expect(found[index]).toBeCloseTo(expected, 8);
    }
  });

  it("gains nothing on average while the candidate is within the margin", () => {
    const count = fc.integer({ min: 1, max: 12 });
    const interval = fc.record({
      size: fc.tuple(count, count),
      margin: fc.constantFrom(0, 0.001, 0.03, 0.2, -0.1),
      champion: rate,
      within: rate,
      says: fc.constantFrom("at-most" as const, "at-least" as const),
    });
    fc.assert(
      fc.property(interval, ({ size, margin, champion, within, says }) => {
        const edge = Math.min(1, Math.max(0, champion + margin));
        const candidate = says === "at-most" ? edge * within : edge + (1 - edge) * within;
        // At the ends of [0, 1] the edge itself may not be within the margin.
        const difference = candidate - champion;
        fc.pre(says === "at-most" ? difference <= margin : difference >= margin);
        const mean = meanWealth(
          [size],
          { champion, candidate },
          { ...{ says, margin }, expectedRate: 0.25 },
        );
        expect(mean).toBeLessThanOrEqual(1 + ROUNDING);
      }),
      { numRuns: 60 },
    );
  });

  it("gains nothing on average when an interval is split in two", () => {
    const sizes = fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 4 }));
    fc.assert(
      fc.property(sizes, sizes, fc.constantFrom(0, 0.1), rate, (first, second, margin, p) => {
        fc.pre(p + margin < 1);
        const rates = { champion: p, candidate: p + margin };
        const against = { says: "at-most", margin, expectedRate: 0.1 } as const;
        expect(meanWealth([first, second], rates, against)).toBeLessThanOrEqual(1 + ROUNDING);
        const whole = [first[0] + second[0], first[1] + second[1]] as const;
        expect(meanWealth([whole], rates, against)).toBeLessThanOrEqual(1 + ROUNDING);
      }),
      { numRuns: 10 },
    );
  });

  it("does not depend on the order within an interval", () => {
    const values = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1 });
    fc.assert(
      fc.property(values, values, (champion, candidate) => {
        const outcomes = (of: readonly number[]) => ({
          trialCount: of.length,
          eventSum: of.reduce((sum, value) => sum + value, 0),
          values: of,
        });
        const against = { says: "at-most", margin: 0, expectedRate: 0.3 } as const;
        const forth = { champion: outcomes(champion), candidate: outcomes(candidate) };
        const back = {
          champion: outcomes(champion.toReversed()),
          candidate: outcomes(candidate.toReversed()),
        };
        expect(rateEvidence([back], against)[0]).toBeCloseTo(rateEvidence([forth], against)[0]!, 9);
      }),
    );
  });

  it("takes values of 0 and 1 for what their count says", () => {
    const against = { says: "at-most", margin: 0.01, expectedRate: 0.3 } as const;
    const counted = paired([
      [4, 1],
      [3, 2],
    ]);
    const valued: PairedOutcomes = {
      champion: { ...counted.champion, values: [0, 1, 0, 0] },
      candidate: { ...counted.candidate, values: [1, 0, 1] },
    };
    expect(rateEvidence([valued], against)[0]).toBeCloseTo(
      rateEvidence([counted], against)[0]!,
      12,
    );
  });

  it("finds harm that begins after a healthy day", () => {
    const healthy = Array.from({ length: 288 }, () =>
      paired([
        [950, 2],
        [50, 0],
      ]),
    );
    const failing = Array.from({ length: 3 }, () =>
      paired([
        [950, 2],
        [50, 10],
      ]),
    );
    const against = { says: "at-most", margin: 0.001, expectedRate: 0.002 } as const;
    const found = rateEvidence([...healthy, ...failing], against);
    expect(found[287]).toBeLessThan(0);
    expect(found.at(-1)).toBeGreaterThan(Math.log(500));
  });

  it("learns nothing from an interval without one of the arms", () => {
    const against = { says: "at-most", margin: 0, expectedRate: 0.1 } as const;
    const none = [
      paired([
        [10, 3],
        [0, 0],
      ]),
      paired([
        [0, 0],
        [10, 9],
      ]),
    ];
    expect([...rateEvidence(none, against)]).toEqual([0, 0]);
  });

  it.each([
    [
      [10, 11],
      [5, 0],
    ],
    [
      [10, 1],
      [5, -1],
    ],
    [
      [10, Number.NaN],
      [5, 0],
    ],
    [
      [Number.POSITIVE_INFINITY, 1],
      [5, 0],
    ],
  ])("refuses %j of the champion and %j of the candidate", (champion, candidate) => {
    const against = { says: "at-most", margin: 0, expectedRate: 0.1 } as const;
    expect(() => rateEvidence([paired([champion, candidate])], against)).toThrow(RangeError);
  });
});

describe("rateBound", () => {
  it("is the least margin on the way down that is refuted, and narrows with more requests", () => {
    const bounds = [2, 10, 100, 400].map((times) => {
      const intervals = Array.from({ length: times }, () =>
        paired([
          [950, 19],
          [50, 1],
        ]),
      );
      const bound = rateBound(intervals, 0.002, 0.95)!;
      const at = (margin: number): number =>
        rateEvidence(intervals, { says: "at-least", margin, expectedRate: 0.002 }).at(-1)!;
      expect(at(bound)).toBeGreaterThanOrEqual(Math.log(20));
      expect(at(bound * 0.7)).toBeLessThan(Math.log(20));
      return bound;
    });
    expect(bounds).toEqual([...bounds].sort((a, b) => b - a));
    expect(new Set(bounds).size).toBe(4);
  });

  it("is null where nothing can be excluded", () => {
    expect(rateBound([], 0.1, 0.95)).toBeNull();
    expect(
      rateBound(
        [
          paired([
            [1, 0],
            [1, 1],
          ]),
        ],
        0.1,
        0.95,
      ),
    ).toBeNull();
  });
});
