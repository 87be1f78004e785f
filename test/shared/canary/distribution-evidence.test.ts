import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  distributionDifference,
  distributionEvidence,
  evidenceOfSameness,
  type PairedBins,
} from "../../../shared/canary/distribution-evidence.ts";

const repeated = (times: number, bins: PairedBins): PairedBins[] =>
  Array.from({ length: times }, () => bins);

/** Shares of a large sample, so that the mean wealth of one small interval can be summed up. */
function meanWealth(shares: readonly number[], counts: { champion: number; candidate: number }) {
  const draws = (count: number): { bins: number[]; chance: number }[] => {
    if (count === 0) return [{ bins: shares.map(() => 0), chance: 1 }];
    return draws(count - 1).flatMap(({ bins, chance }) =>
      shares.map((share, drawn) => ({
        bins: bins.map((value, bin) => (bin === drawn ? value + 1 : value)),
        chance: chance * share,
      })),
    );
  };
  let mean = 0;
  for (const champion of draws(counts.champion)) {
    for (const candidate of draws(counts.candidate)) {
      const interval = { champion: champion.bins, candidate: candidate.bins };
      const [wealth] = distributionEvidence([interval], "ordered", 0);
      mean += champion.chance * candidate.chance * Math.exp(wealth!);
    }
  }
  return mean;
}

describe("distributionEvidence", () => {
  it("gains nothing on average while both distributions are the same", () => {
    for (const shares of [
      [0.2, 0.5, 0.3],
      [0.01, 0.01, 0.98],
      [0.5, 0, 0.5],
    ]) {
      const mean = meanWealth(shares, { champion: 4, candidate: 2 });
      expect(mean).toBeLessThanOrEqual(1 + 1e-9);
      expect(mean).toBeGreaterThan(0.9);
    }
  });

  it("sees a shift of ordered bins, either way, and of categories", () => {
    const champion = [200, 500, 200];
    for (const candidate of [
      [40, 10, 0],
      [0, 10, 40],
    ]) {
      for (const kind of ["ordered", "categories"] as const) {
        const found = distributionEvidence(repeated(10, { champion, candidate }), kind, 0.1);
        expect(found.at(-1)).toBeGreaterThan(Math.log(1e6));
      }
    }
  });

  it("does not call harm what lies within the margin", () => {
    const bins = { champion: [200, 600, 200], candidate: [12, 30, 8] };
    const found = distributionEvidence(repeated(100, bins), "ordered", 0.1);
    expect(Math.max(...found)).toBeLessThan(Math.log(2));
    expect(evidenceOfSameness(repeated(100, bins), "ordered", 0.1)).toBeGreaterThan(Math.log(20));
  });

  it("takes two categories for one rate, and the order of categories for nothing", () => {
    const bins = fc.array(fc.nat(50), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(bins, bins, (champion, candidate) => {
        const turned = { champion: champion.toReversed(), candidate: candidate.toReversed() };
        const [found] = distributionEvidence([{ champion, candidate }], "categories", 0.05);
        const [other] = distributionEvidence([turned], "categories", 0.05);
        expect(other).toBeCloseTo(found!, 9);
      }),
    );
    const two = { champion: [90, 10], candidate: [5, 5] };
    expect(distributionEvidence([two], "categories", 0)).toEqual(
      distributionEvidence([two], "ordered", 0),
    );
  });

  it.each([
    ["one bin", [[1], [1]]],
    [
      "other bins than at the start",
      [
        [1, 2],
        [1, 2, 3],
      ],
    ],
  ] as const)("refuses %s", (_, [champion, candidate]) => {
    const intervals = [{ champion, candidate }];
    expect(() => distributionEvidence(intervals, "ordered", 0)).toThrow(RangeError);
  });
});

describe("distributionDifference", () => {
  it("is Kolmogorov–Smirnov's of ordered bins, the greatest difference of a share of categories", () => {
    const bins = [{ champion: [50, 25, 25], candidate: [2, 4, 4] }];
    expect(distributionDifference(bins, "ordered")).toBeCloseTo(0.3, 12);
    expect(distributionDifference(bins, "categories")).toBeCloseTo(0.3, 12);
    const spread = [{ champion: [40, 20, 40], candidate: [5, 0, 5] }];
    expect(distributionDifference(spread, "ordered")).toBeCloseTo(0.1, 12);
    expect(distributionDifference(spread, "categories")).toBeCloseTo(0.2, 12);
  });
});
