import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { judgeCanary } from "../../../shared/canary/judge.ts";
import { misorderedPairs, type ScoredLabel } from "../../../shared/canary/misordered-pairs.ts";
import { canaryPolicy } from "../../../shared/canary/policy.ts";
import { rollout } from "../../../shared/contracts/rollout-definition.ts";
import golden from "../../golden/canary-evidence.json" with { type: "json" };

const [labels] = golden.misordered;

/** Of each class so many; perfectly ordered, or perfectly the other way round. */
const records = (ofEach: number, isRight: boolean): ScoredLabel[] =>
  Array.from({ length: 2 * ofEach }, (_, index) => {
    const positive = index % 2 === 0;
    return { id: `${index}`, score: positive === isRight ? 1 : 0, positive };
  });

describe("misorderedPairs", () => {
  it("agrees with scikit-learn's AUC of each group", () => {
    const [block, ...others] = misorderedPairs([labels!]);
    expect(others).toEqual([]);
    for (const arm of ["champion", "candidate"] as const) {
      const { values, trialCount, eventSum } = block![arm];
      const expected = labels!.expected[arm];
      expect(trialCount).toBe(expected.length);
      expect(eventSum).toBeCloseTo(
        expected.reduce((sum, value) => sum + value, 0),
        9,
      );
      for (const [index, value] of values!.entries()) {
        expect(value).toBeCloseTo(expected[index]!, 12);
      }
    }
  });

  it("does not depend on the order in which labels are told", () => {
    const shuffled = fc.shuffledSubarray(labels!.champion, { minLength: labels!.champion.length });
    fc.assert(
      fc.property(shuffled, (champion) => {
        expect(misorderedPairs([{ ...labels!, champion }])).toEqual(misorderedPairs([labels!]));
      }),
    );
  });

  it("waits until each arm has six of each class", () => {
    const few = { champion: records(50, true), candidate: records(4, true) };
    expect(misorderedPairs([few])).toEqual([]);
    const [block, ...others] = misorderedPairs([few, few, few]);
    expect(others).toEqual([]);
    expect(block).toMatchObject({ intervalCount: 2, candidate: { trialCount: 2, eventSum: 0 } });
  });

  it("refuses a score that is no number", () => {
    const [first, ...rest] = records(6, true);
    const candidate = [{ ...first!, score: Number.NaN }, ...rest];
    expect(() => misorderedPairs([{ champion: records(6, true), candidate }])).toThrow(
      'canary: label of "0": score NaN: must be finite',
    );
  });
});

describe("an A/B split", () => {
  const policy = canaryPolicy(
    rollout.parse({ strategy: "ab", steps: [50, 100], onLowTraffic: "ask" }),
  );
  const traffic = [0, 1].map((startMillis) => ({
    startMillis,
    champion: { requestCount: 5000, errorCount: 5, timedCount: 5000, slowCount: 1250 },
    candidate: { requestCount: 5000, errorCount: 5, timedCount: 5000, slowCount: 1200 },
  }));
  const judged = (champion: ScoredLabel[], candidate: ScoredLabel[], hours = 2) => {
    const { verdict, code, asksPerson } = judgeCanary(
      {
        stepStartMillis: 0,
        judgedAtMillis: hours * 3_600_000,
        traffic,
        captures: [],
        predictionBins: "ordered",
        labels: { kind: "scores", intervals: [{ startMillis: 0, champion, candidate }] },
      },
      policy,
    );
    return { verdict, code, asksPerson };
  };
  const mixed = (right: number, wrong: number): ScoredLabel[] => [
    ...records(right, true),
    ...records(wrong, false).map((record) => ({ ...record, id: `w${record.id}` })),
  ];

  it("is held until labels decide", () => {
    expect(judged([], [])).toEqual({ verdict: "hold", code: "not-cleared", asksPerson: false });
    expect(judged(mixed(150, 50), mixed(150, 50)).verdict).toBe("hold");
  });

  it("is won by whoever is shown to be better", () => {
    expect(judged(mixed(150, 150), mixed(300, 0)).verdict).toBe("promote");
    expect(judged(mixed(300, 0), mixed(150, 150)).verdict).toBe("roll-back");
  });

  it("asks a person when its time is over", () => {
    const over = { verdict: "hold", code: "time-box-over", asksPerson: true };
    expect(judged(mixed(150, 50), mixed(150, 50), 48)).toEqual(over);
  });
});
