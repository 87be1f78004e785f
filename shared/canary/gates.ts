import {
  distributionDifference,
  distributionEvidence,
  evidenceOfSameness,
} from "./distribution-evidence.ts";
import {
  type ArmInterval,
  type CanaryEvidence,
  type CaptureCounts,
  inOrderOfTime,
  type TrafficCounts,
} from "./evidence.ts";
import { misorderedPairs } from "./misordered-pairs.ts";
import type { GateName, GatePolicy } from "./policy.ts";
import { rateBound } from "./rate-bound.ts";
import { type ArmOutcomes, type PairedOutcomes, rateEvidence } from "./rate-evidence.ts";

export interface ArmMeasure {
  /** Requests, records or labels. */
  readonly sampleCount: number;
  /** Mean of the outcomes; null without any, and of a whole distribution. */
  readonly rate: number | null;
}

/** What one gate's numbers say, before anything is decided. Evidence in natural logarithms. */
export interface GateMeasure {
  readonly champion: ArmMeasure;
  readonly candidate: ArmMeasure;
  /** Candidate less champion; of predictions the distance between them. */
  readonly difference: number;
  /** After each interval: that the candidate is worse by more than is tolerated. */
  readonly harm: Float64Array;
  /** Now: that it is worse by less than `promoteBelow`. */
  readonly clearance: () => number;
  /** By how much it is worse at most, at all times at once; null when nothing is excluded yet. */
  readonly differenceAtMost: (confidence: number) => number | null;
}

/** The champion's rates before anything is counted. */
const EXPECTED_RATES = { errors: 0.002, latency: 0.25, schema: 0.001, labels: 0.2 } as const;

/**
 * A variant may be slow by itself for some minutes (a neighbour, a garbage collection, a cold cache), so
 * no single interval rolls back for it: it takes three at least.
 */
const LATENCY_GAIN_MAX = 20;

/** @returns null when the gate measured nothing in one of the arms */
export function measureGate(
  gate: GateName,
  evidence: CanaryEvidence,
  policy: GatePolicy,
): GateMeasure | null {
  if (gate === "predictions") return measurePredictions(evidence, policy);
  const intervals = outcomesOf(gate, evidence);
  const champion = totalOf(intervals, "champion", sampleCountOf(gate, evidence));
  const candidate = totalOf(intervals, "candidate", sampleCountOf(gate, evidence));
  if (champion.rate === null || candidate.rate === null) return null;
  const expectedRate = EXPECTED_RATES[gate];
  const { tolerated, promoteBelow } = policy;
  const beyond = { says: "at-most", margin: tolerated, expectedRate } as const;
  const gainMax = gate === "latency" ? LATENCY_GAIN_MAX : Number.POSITIVE_INFINITY;
  const within = { says: "at-least", margin: promoteBelow, expectedRate } as const;
  return {
    champion,
    candidate,
    difference: candidate.rate - champion.rate,
    harm: rateEvidence(intervals, { ...beyond, gainMax }),
    clearance: () => rateEvidence(intervals, within).at(-1)!,
    differenceAtMost: (confidence) => rateBound(intervals, expectedRate, confidence),
  };
}

function measurePredictions(
  { captures, predictionBins }: CanaryEvidence,
  { tolerated, promoteBelow }: GatePolicy,
): GateMeasure | null {
  const intervals = inOrderOfTime(captures)
    .map(({ champion, candidate }) => ({
      champion: champion.predictionCounts,
      candidate: candidate.predictionCounts,
    }))
    .filter(({ champion, candidate }) => champion.length + candidate.length > 0);
  const countOf = (arm: "champion" | "candidate"): number =>
    intervals.reduce((sum, one) => sum + one[arm].reduce((all, count) => all + count, 0), 0);
  const champion = { sampleCount: countOf("champion"), rate: null };
  const candidate = { sampleCount: countOf("candidate"), rate: null };
  if (champion.sampleCount === 0 || candidate.sampleCount === 0) return null;
  return {
    champion,
    candidate,
    difference: distributionDifference(intervals, predictionBins),
    harm: distributionEvidence(intervals, predictionBins, tolerated),
    clearance: () => evidenceOfSameness(intervals, predictionBins, promoteBelow),
    differenceAtMost: () => null,
  };
}

function outcomesOf(
  gate: Exclude<GateName, "predictions">,
  { traffic, captures, labels }: CanaryEvidence,
): PairedOutcomes[] {
  switch (gate) {
    case "errors":
      return paired(traffic, ({ requestCount, errorCount }: TrafficCounts) => [
        requestCount,
        errorCount,
      ]);
    case "latency":
      return paired(traffic, ({ timedCount, slowCount }: TrafficCounts) => [timedCount, slowCount]);
    case "schema":
      return paired(captures, ({ recordCount, invalidCount }: CaptureCounts) => [
        recordCount,
        invalidCount,
      ]);
    case "labels":
      if (labels === null) return [];
      return labels.kind === "scores"
        ? misorderedPairs(inOrderOfTime(labels.intervals))
        : paired(labels.intervals, ({ labelledCount, wrongCount }) => [labelledCount, wrongCount]);
  }
}

function paired<Counts>(
  intervals: readonly ArmInterval<Counts>[],
  countsOf: (counts: Counts) => readonly [trialCount: number, eventSum: number],
): PairedOutcomes[] {
  const outcomes = (counts: Counts): ArmOutcomes => {
    const [trialCount, eventSum] = countsOf(counts);
    return { trialCount, eventSum };
  };
  return inOrderOfTime(intervals).map(({ champion, candidate }) => ({
    champion: outcomes(champion),
    candidate: outcomes(candidate),
  }));
}

type Arm = "champion" | "candidate";

function totalOf(
  intervals: readonly PairedOutcomes[],
  arm: Arm,
  countOf: ((arm: Arm) => number) | null,
): ArmMeasure {
  const trials = intervals.reduce((sum, one) => sum + one[arm].trialCount, 0);
  const events = intervals.reduce((sum, one) => sum + one[arm].eventSum, 0);
  return { sampleCount: countOf?.(arm) ?? trials, rate: trials === 0 ? null : events / trials };
}

/** Where an outcome is of several labels: how many labels there are; null where it is of one. */
function sampleCountOf(gate: GateName, { labels }: CanaryEvidence): ((arm: Arm) => number) | null {
  if (gate !== "labels" || labels?.kind !== "scores") return null;
  return (arm) => labels.intervals.reduce((sum, interval) => sum + interval[arm].length, 0);
}
