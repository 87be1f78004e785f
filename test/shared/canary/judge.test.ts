import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type {
  ArmInterval,
  CanaryEvidence,
  TrafficCounts,
} from "../../../shared/canary/evidence.ts";
import { judgeCanary } from "../../../shared/canary/judge.ts";
import {
  type CanaryPolicy,
  canaryPolicy,
  falseRollBackFractionOfGate,
  slowThresholds,
} from "../../../shared/canary/policy.ts";
import { rollout } from "../../../shared/contracts/rollout-definition.ts";

const MINUTE = 60_000;
const policy = canaryPolicy(rollout.parse({}));

const counts = (requestCount: number, errorCount: number, slowCount: number): TrafficCounts => ({
  requestCount,
  errorCount,
  timedCount: requestCount,
  slowCount,
});

/** Intervals of five minutes, each with 950 requests of the champion and 50 of the candidate. */
const traffic = (
  intervalCount: number,
  candidate = counts(50, 0, 12),
  champion = counts(950, 1, 238),
): ArmInterval<TrafficCounts>[] =>
  Array.from({ length: intervalCount }, (_, index) => ({
    startMillis: index * 5 * MINUTE,
    champion,
    candidate,
  }));

const evidence = (changes: Partial<CanaryEvidence> = {}): CanaryEvidence => ({
  stepStartMillis: 0,
  judgedAtMillis: 60 * MINUTE,
  traffic: traffic(12),
  captures: [],
  predictionBins: "ordered",
  labels: null,
  ...changes,
});

const told = (changes: Partial<CanaryEvidence>, by: Partial<CanaryPolicy> = {}) => {
  const { gates, ...judgement } = judgeCanary(evidence(changes), { ...policy, ...by });
  return { ...judgement, outcomes: Object.fromEntries(gates.map((g) => [g.gate, g.outcome])) };
};

describe("judgeCanary", () => {
  it("promotes what baked, was measured and is shown not to be much worse", () => {
    expect(told({})).toEqual({
      verdict: "promote",
      code: "cleared",
      reason:
        "errors: 0 % failed of 600 requests, the champion 0.11 % of 11400: " +
        "worse by less than 0.6 percentage points; " +
        "latency: 24 % slow of 600 timed requests, the champion 25.05 % of 11400: " +
        "worse by less than 6 percentage points",
      withWarning: false,
      asksPerson: false,
      outcomes: {
        errors: "cleared",
        latency: "cleared",
        schema: "unmeasured",
        predictions: "unmeasured",
        labels: "unmeasured",
      },
    });
  });

  it("rolls back what fails, at the first look", () => {
    const first = { traffic: traffic(1, counts(50, 25, 12)), judgedAtMillis: 5 * MINUTE };
    const judgement = told(first);
    expect(judgement).toMatchObject({ verdict: "roll-back", code: "harm-shown" });
    expect(judgement.reason).toMatch(
      /champion 0.11 % of 950: worse by more than 0.1 percentage points: evidence [\de]+, 500 needed$/,
    );
  });

  it("rolls back what is slow, though no single interval is enough for it", () => {
    const slow = counts(50, 0, 50);
    const at = (intervalCount: number) => told({ traffic: traffic(intervalCount, slow) }).verdict;
    expect([1, 2, 3, 4].map(at)).toEqual(["hold", "hold", "roll-back", "roll-back"]);
  });

  it("rolls back outputs that break the schema, and predictions of another kind", () => {
    const captures = (invalidCount: number, candidate: readonly number[]) => [
      {
        startMillis: 0,
        champion: { recordCount: 950, invalidCount: 0, predictionCounts: [190, 570, 190] },
        candidate: { recordCount: 50, invalidCount, predictionCounts: candidate },
      },
    ];
    const broken = told({ captures: captures(50, [0, 0, 0]) });
    expect(broken.outcomes).toMatchObject({ schema: "harm", predictions: "unmeasured" });
    const other = told({ captures: captures(0, [0, 0, 50]) });
    expect(other).toMatchObject({
      verdict: "roll-back",
      outcomes: { schema: "open", predictions: "harm" },
    });
    expect(other.reason).toMatch(
      /^predictions: distance 0.800 between 50 predictions and the champion's 950: apart by more than 0.2: /,
    );
    expect(told({ captures: captures(0, [10, 30, 10]) }).verdict).toBe("promote");
  });

  it("holds while it bakes", () => {
    expect(told({ judgedAtMillis: 59 * MINUTE })).toMatchObject({
      verdict: "hold",
      code: "baking",
      reason: "3540 of 3600 s of bake time have passed",
    });
  });

  it("counts the minimum of requests from the step's start, in both arms", () => {
    const late = { stepStartMillis: 45 * MINUTE, judgedAtMillis: 120 * MINUTE };
    expect(told(late)).toMatchObject({
      verdict: "hold",
      code: "too-few-samples",
      reason: "the candidate had 150 requests in this step, the champion 2850: each needs 200",
    });
    const idle = traffic(12, counts(50, 0, 12), counts(10, 0, 2));
    expect(told({ traffic: idle }).code).toBe("too-few-samples");
  });

  it("holds when a gate that must be cleared measured nothing", () => {
    const untimed = traffic(12).map((interval) => ({
      ...interval,
      candidate: { ...interval.candidate, timedCount: 0, slowCount: 0 },
    }));
    expect(told({ traffic: untimed })).toMatchObject({
      verdict: "hold",
      code: "not-cleared",
      reason: "latency: nothing was measured of both variants",
    });
  });

  it.each([
    ["roll-back", { verdict: "roll-back", asksPerson: false, withWarning: false }],
    ["ask", { verdict: "hold", asksPerson: true, withWarning: false }],
    ["promote-with-warning", { verdict: "promote", asksPerson: false, withWarning: true }],
  ] as const)("after the time box does as it is told: %s", (afterTimeBox, expected) => {
    const few = { traffic: traffic(1), judgedAtMillis: 25 * 60 * MINUTE };
    const judgement = told(few, { afterTimeBox });
    expect(judgement).toMatchObject({ ...expected, code: "time-box-over" });
    expect(judgement.reason).toBe(
      "undecided after 90000 s: the candidate had 50 requests in this step, the champion 950: each needs 200",
    );
  });

  it.each([
    ["roll-back", "roll-back", false],
    ["ask", "hold", true],
    ["promote-with-warning", "hold", true],
  ] as const)("never promotes what was never measured: %s", (afterTimeBox, verdict, asksPerson) => {
    const silent = { traffic: [], judgedAtMillis: 25 * 60 * MINUTE };
    expect(told(silent, { afterTimeBox })).toMatchObject({ verdict, asksPerson });
    expect(told({ ...silent, judgedAtMillis: 0 })).toMatchObject({
      verdict: "hold",
      code: "nothing-measured",
    });
  });

  it("never takes a roll-back back, whatever comes after", () => {
    const arm = (requests: number) =>
      fc
        .record({ errors: fc.nat(requests), slow: fc.nat(requests) })
        .map(({ errors, slow }) => counts(requests, Math.min(errors, 12), slow));
    const interval = fc.record({ champion: arm(300), candidate: arm(30) });
    fc.assert(
      fc.property(fc.array(interval, { minLength: 2, maxLength: 12 }), (arms) => {
        const all = arms.map((one, index) => ({ ...one, startMillis: index * 5 * MINUTE }));
        const verdicts = all.map((_, last) => told({ traffic: all.slice(0, last + 1) }).code);
        const first = verdicts.indexOf("harm-shown");
        if (first !== -1) expect(new Set(verdicts.slice(first))).toEqual(new Set(["harm-shown"]));
      }),
      { numRuns: 20 },
    );
  });

  it("judges the same in whatever order intervals are told, and refuses one told twice", () => {
    const all = traffic(12).map((interval, index) => ({
      ...interval,
      candidate: counts(50, index % 3, 12),
    }));
    expect(told({ traffic: all.toReversed() })).toEqual(told({ traffic: all }));
    expect(() => told({ traffic: [...all, all[0]!] })).toThrow(RangeError);
  });
});

describe("canaryPolicy", () => {
  it("divides the false roll-backs over the gates, and over a shadow and its canary", () => {
    expect(falseRollBackFractionOfGate(policy)).toBeCloseTo(0.002, 15);
    const shadow = canaryPolicy(rollout.parse({ strategy: "shadow" }));
    expect(falseRollBackFractionOfGate(shadow)).toBeCloseTo(0.001, 15);
  });

  it("keeps every margin inside (-1, 1)", () => {
    const tolerated = { errorPercent: 300, latencyPercent: 900, qualityLoss: 5 };
    const { gates } = canaryPolicy(rollout.parse({ tolerated }));
    for (const gate of Object.values(gates)) {
      expect(gate.tolerated).toBeLessThan(1);
      expect(gate.promoteBelow).toBeLessThan(1);
    }
  });

  it("puts the time box after bake and hold", () => {
    const { bakeSeconds, timeBoxSeconds } = canaryPolicy(
      rollout.parse({ bake: "PT30M", holdFor: "PT2H" }),
    );
    expect([bakeSeconds, timeBoxSeconds]).toEqual([1800, 9000]);
  });

  it("lets the candidate be slower by what is tolerated before it counts as slow", () => {
    expect(slowThresholds(200, rollout.parse({ tolerated: { latencyPercent: 25 } }))).toEqual({
      champion: 200,
      candidate: 250,
    });
  });
});
