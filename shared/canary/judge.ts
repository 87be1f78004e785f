import type { CanaryEvidence } from "./evidence.ts";
import { type GateReading, gateReading } from "./gate-reading.ts";
import { type CanaryPolicy, GATES } from "./policy.ts";

export type CanaryVerdict = "promote" | "roll-back" | "hold";

/** Stable names for why; states, messages and tests key on them. */
export type VerdictCode =
  | "harm-shown"
  | "cleared"
  | "nothing-measured"
  | "baking"
  | "too-few-samples"
  | "not-cleared"
  | "time-box-over";

export interface CanaryJudgement {
  readonly verdict: CanaryVerdict;
  readonly code: VerdictCode;
  /** With the numbers in it. */
  readonly reason: string;
  /** Promoted without having cleared its gates, as the policy says. */
  readonly withWarning: boolean;
  /** Held for good: a person must decide. */
  readonly asksPerson: boolean;
  readonly gates: readonly GateReading[];
}

/**
 * Judges a canary by everything measured so far. It may be asked as often as one likes: a roll-back
 * stays one whatever comes after, and the chance that a harmless candidate ever gets one is at most
 * `falseRollBackFraction`.
 *
 * `promote` claims this: the bake time is over, each arm had the minimum of requests, and for each
 * gate that had to clear the candidate is worse than the champion by less than `promoteBelow`, at
 * `promoteConfidence` whenever one looked. It never rests on a gate that measured nothing.
 *
 * @throws RangeError when the evidence contradicts itself
 */
export function judgeCanary(evidence: CanaryEvidence, policy: CanaryPolicy): CanaryJudgement {
  const gates = GATES.filter((gate) => policy.gates[gate] !== undefined).map((gate) =>
    gateReading(gate, evidence, policy),
  );
  const harmful = gates.filter(({ outcome }) => outcome === "harm");
  if (harmful.length > 0) {
    const reason = harmful.map(({ explanation }) => explanation).join("; ");
    return judgement("roll-back", "harm-shown", reason, gates);
  }
  const open = whyOpen(evidence, policy, gates);
  if (open === null) return judgement("promote", "cleared", clearedReason(gates), gates);
  const elapsed = elapsedSeconds(evidence);
  if (elapsed < policy.timeBoxSeconds || open.code === "baking") {
    return judgement("hold", open.code, open.reason, gates);
  }
  return afterTimeBox(policy, open, gates);
}

interface Open {
  readonly code: VerdictCode;
  readonly reason: string;
}

/** Why the canary cannot be promoted yet; null when it can. */
function whyOpen(
  evidence: CanaryEvidence,
  { bakeSeconds, minimumSamples, gates: policies }: CanaryPolicy,
  gates: readonly GateReading[],
): Open | null {
  const champion = requestsInStep(evidence, "champion");
  const candidate = requestsInStep(evidence, "candidate");
  if (gates.every(({ outcome }) => outcome === "unmeasured")) {
    const reason = "nothing was measured of both variants: is there traffic, and are metrics put?";
    return { code: "nothing-measured", reason };
  }
  const elapsed = elapsedSeconds(evidence);
  if (elapsed < bakeSeconds) {
    return { code: "baking", reason: `${elapsed} of ${bakeSeconds} s of bake time have passed` };
  }
  if (Math.min(champion, candidate) < minimumSamples) {
    const counts = `the candidate had ${candidate} requests in this step, the champion ${champion}`;
    return { code: "too-few-samples", reason: `${counts}: each needs ${minimumSamples}` };
  }
  const missing = gates.filter(
    ({ gate, outcome }) => policies[gate]!.required && outcome !== "cleared",
  );
  if (missing.length === 0) return null;
  return { code: "not-cleared", reason: missing.map(({ explanation }) => explanation).join("; ") };
}

function afterTimeBox(
  { afterTimeBox: policy, timeBoxSeconds }: CanaryPolicy,
  open: Open,
  gates: readonly GateReading[],
): CanaryJudgement {
  const reason = `undecided after ${timeBoxSeconds} s: ${open.reason}`;
  if (policy === "roll-back") return judgement("roll-back", "time-box-over", reason, gates);
  // A canary that was never measured is not promoted, whatever the policy.
  if (policy === "promote-with-warning" && open.code !== "nothing-measured") {
    const told = { ...judgement("promote", "time-box-over", reason, gates), withWarning: true };
    return told;
  }
  return { ...judgement("hold", "time-box-over", reason, gates), asksPerson: true };
}

function judgement(
  verdict: CanaryVerdict,
  code: VerdictCode,
  reason: string,
  gates: readonly GateReading[],
): CanaryJudgement {
  return { verdict, code, reason, withWarning: false, asksPerson: false, gates };
}

function clearedReason(gates: readonly GateReading[]): string {
  const cleared = gates.filter(({ outcome }) => outcome === "cleared");
  return cleared.map(({ explanation }) => explanation).join("; ");
}

function elapsedSeconds({ stepStartMillis, judgedAtMillis }: CanaryEvidence): number {
  return Math.floor((judgedAtMillis - stepStartMillis) / 1000);
}

function requestsInStep(
  { traffic, stepStartMillis }: CanaryEvidence,
  arm: "champion" | "candidate",
): number {
  return traffic
    .filter(({ startMillis }) => startMillis >= stepStartMillis)
    .reduce((sum, interval) => sum + interval[arm].requestCount, 0);
}
