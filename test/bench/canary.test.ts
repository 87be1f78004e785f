import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { binomialUpperBound, firstHarm } from "../../bench/canary.ts";
import { DAY, POLICY } from "../../bench/canary-cases.ts";
import { canaryPage } from "../../bench/canary-table.ts";
import { INTERVAL_MILLIS, simulateCanary } from "../../bench/canary-traffic.ts";
import type { CanaryEvidence } from "../../shared/canary/evidence.ts";
import { judgeCanary } from "../../shared/canary/judge.ts";
import { GATES } from "../../shared/canary/policy.ts";
import golden from "../golden/canary-evidence.json" with { type: "json" };

const SIX_HOURS = { ...DAY, intervalCount: 72 };
const isRolledBack = (evidence: CanaryEvidence): boolean =>
  GATES.some((gate) => firstHarm(evidence, gate, POLICY) !== null);
const rolledBack = (canaries: number, scenario: typeof DAY): number =>
  Array.from({ length: canaries }, (_, seed) => simulateCanary(seed + 1, scenario)).filter(
    isRolledBack,
  ).length;

describe("the simulation of canaries", () => {
  it("rolls back no more identical models than stated", () => {
    // Of 100 at a rate of 1 %, more than 4 come about by chance once in 290 times; seeds are fixed.
    expect(rolledBack(100, SIX_HOURS)).toBeLessThanOrEqual(4);
  });

  it.each([
    ["fails", { ...DAY.harm, errorRateAdded: 0.05 }],
    ["is slow", { ...DAY.harm, latencyFactor: 1.4 }],
  ])("rolls back each candidate that %s", (_, harm) => {
    expect(rolledBack(20, { ...SIX_HOURS, labelledFraction: 0, harm })).toBe(20);
  });

  it("says at the end what a judge says that looks after each interval", () => {
    const harm = { ...DAY.harm, errorRateAdded: 0.05 };
    const evidence = simulateCanary(3, { ...SIX_HOURS, labelledFraction: 0, harm });
    const first = firstHarm(evidence, "errors", POLICY)!;
    const at = (count: number) =>
      judgeCanary(
        {
          ...evidence,
          judgedAtMillis: evidence.stepStartMillis + count * INTERVAL_MILLIS,
          traffic: evidence.traffic.slice(0, count),
          captures: evidence.captures.slice(0, count),
        },
        POLICY,
      ).verdict;
    expect(first).toBeGreaterThan(0);
    expect([first, first + 1, 72].map(at)).toEqual(["hold", "roll-back", "roll-back"]);
  });

  it.each(golden.upperBounds)(
    "bounds a rate as scipy does: $successes of $trials",
    ({ successes, trials, expected }) => {
      expect(binomialUpperBound(successes, trials)).toBeCloseTo(expected, 9);
    },
  );

  it("is told on its page as it was last measured", () => {
    const text = (name: string) =>
      readFileSync(new URL(`../../bench/${name}`, import.meta.url), "utf8");
    const runs = text("history.jsonl")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    const { figures } = runs.findLast(({ subject }) => subject === "canary");
    expect(text("canary.md")).toBe(canaryPage(figures));
    expect(figures.falseRollBacks[0].rolledBack).toBeLessThanOrEqual(4);
  });
});
