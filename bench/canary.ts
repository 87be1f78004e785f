// How often a canary of two identical models is rolled back when it is looked at every five minutes for
// a day, and how many requests it takes to catch a candidate that is worse.
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import normalCdf from "@stdlib/stats-base-dists-normal-cdf";
import type { CanaryEvidence } from "../shared/canary/evidence.ts";
import { measureGate } from "../shared/canary/gates.ts";
import { misorderedPairs } from "../shared/canary/misordered-pairs.ts";
import {
  type CanaryPolicy,
  falseRollBackFractionOfGate,
  GATES,
  type GateName,
} from "../shared/canary/policy.ts";
import {
  AT_THE_EDGE,
  BLIPS,
  DAY,
  HARMS,
  type HarmCase,
  POLICY,
  STRICT_DAY,
  STRICT_POLICY,
} from "./canary-cases.ts";
import { canaryPage } from "./canary-table.ts";
import { type Scenario, simulateCanary } from "./canary-traffic.ts";

export interface FalseRollBacks {
  readonly judge: string;
  readonly canaries: number;
  readonly rolledBack: number;
  /** Of the rate, one-sided, 95 %. */
  readonly upperBound: number;
}

export interface Detection {
  readonly harm: string;
  readonly gate: GateName;
  readonly canaries: number;
  /** The candidate's requests, or its labelled ones, when half, 80 % and 90 % were rolled back. */
  readonly median: number | null;
  readonly quantile80: number | null;
  readonly quantile90: number | null;
}

export interface CanaryFigures {
  readonly falseRollBacks: readonly FalseRollBacks[];
  readonly detections: readonly Detection[];
}

const FALSE_ROLL_BACK_CANARIES = 1000;

export function benchCanary(): CanaryFigures {
  const atTheEdge = { ...DAY, harm: AT_THE_EDGE };
  const figures = {
    falseRollBacks: [
      falseRollBacks("identical models", DAY, isRolledBack(POLICY)),
      falseRollBacks("identical, nothing tolerated", STRICT_DAY, isRolledBack(STRICT_POLICY)),
      falseRollBacks("identical, each slow by itself at times", BLIPS, isRolledBack(POLICY)),
      falseRollBacks("worse by just what is tolerated", atTheEdge, isRolledBack(POLICY)),
      falseRollBacks("identical, a z-test at each look instead", STRICT_DAY, isRejectedByZTest),
    ],
    detections: HARMS.map(detection),
  };
  const path = fileURLToPath(new URL("canary.md", import.meta.url));
  writeFileSync(path, canaryPage(figures));
  return figures;
}

/** Clopper and Pearson's upper 95 % bound of a rate. */
export function binomialUpperBound(successCount: number, trialCount: number): number {
  const atMost = (rate: number): number => {
    let term = trialCount * Math.log1p(-rate);
    let sum = Math.exp(term);
    for (let successes = 1; successes <= successCount; successes += 1) {
      term += Math.log(((trialCount - successes + 1) / successes) * (rate / (1 - rate)));
      sum += Math.exp(term);
    }
    return sum;
  };
  let [low, high] = [successCount / trialCount, 1 - 1e-9];
  while (high - low > 1e-12) {
    const middle = (low + high) / 2;
    if (atMost(middle) > 0.05) low = middle;
    else high = middle;
  }
  return high;
}

function falseRollBacks(
  judge: string,
  scenario: Scenario,
  rolledBackBy: (evidence: CanaryEvidence) => boolean,
): FalseRollBacks {
  let rolledBack = 0;
  for (let seed = 1; seed <= FALSE_ROLL_BACK_CANARIES; seed += 1) {
    if (rolledBackBy(simulateCanary(seed, scenario))) rolledBack += 1;
  }
  const canaries = FALSE_ROLL_BACK_CANARIES;
  return { judge, canaries, rolledBack, upperBound: binomialUpperBound(rolledBack, canaries) };
}

/**
 * Whether any look of the day rolls back. Evidence of harm counts by its greatest so far, so judging
 * once at the end says the same as judging after each interval.
 */
const isRolledBack = (policy: CanaryPolicy) => (evidence: CanaryEvidence) =>
  GATES.some((gate) => firstHarm(evidence, gate, policy) !== null);

/** The index of the gate's interval after which harm is shown; null when it never is. */
export function firstHarm(
  evidence: CanaryEvidence,
  gate: GateName,
  policy: CanaryPolicy,
): number | null {
  const needed = -Math.log(falseRollBackFractionOfGate(policy));
  const harm = measureGate(gate, evidence, policy.gates[gate]!)?.harm ?? new Float64Array();
  const first = harm.findIndex((value) => value >= needed);
  return first === -1 ? null : first;
}

/** What a judge does who knows no better: errors and latency, two proportions, 0.5 % each, each look. */
function isRejectedByZTest({ traffic }: CanaryEvidence): boolean {
  const rejects = (countsOf: (counts: (typeof traffic)[0]["champion"]) => [number, number]) => {
    let [n, x, m, y] = [0, 0, 0, 0];
    return traffic.some(({ champion, candidate }) => {
      const [championTrials, championEvents] = countsOf(champion);
      const [candidateTrials, candidateEvents] = countsOf(candidate);
      [n, x, m, y] = [
        n + championTrials,
        x + championEvents,
        m + candidateTrials,
        y + candidateEvents,
      ];
      const pooled = (x + y) / (n + m);
      const deviation = Math.sqrt(pooled * (1 - pooled) * (1 / n + 1 / m));
      return 1 - normalCdf((y / m - x / n) / deviation, 0, 1) < 0.005;
    });
  };
  return (
    rejects(({ requestCount, errorCount }) => [requestCount, errorCount]) ||
    rejects(({ timedCount, slowCount }) => [timedCount, slowCount])
  );
}

function detection({ harm, gate, canaries, change }: HarmCase): Detection {
  const scenario = { ...DAY, labelledFraction: 0, ...change };
  const samples = Array.from({ length: canaries }, (_, index) =>
    samplesToCatch(simulateCanary(10_000 + index, scenario), gate),
  ).sort((a, b) => a - b);
  const quantile = (fraction: number): number | null => {
    const value = samples[Math.ceil(fraction * samples.length) - 1]!;
    return Number.isFinite(value) ? value : null;
  };
  return {
    harm,
    gate,
    canaries,
    median: quantile(0.5),
    quantile80: quantile(0.8),
    quantile90: quantile(0.9),
  };
}

/** The candidate's requests, or its labels, until harm was shown; infinite when it never was. */
function samplesToCatch(evidence: CanaryEvidence, gate: GateName): number {
  const { traffic, labels } = evidence;
  const first = firstHarm(evidence, gate, POLICY);
  if (first === null) return Number.POSITIVE_INFINITY;
  if (gate !== "labels" || labels?.kind !== "scores") {
    return sumOf(traffic.slice(0, first + 1).map(({ candidate }) => candidate.requestCount));
  }
  const { intervalCount } = misorderedPairs(labels.intervals)[first]!;
  return sumOf(labels.intervals.slice(0, intervalCount).map(({ candidate }) => candidate.length));
}

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);
