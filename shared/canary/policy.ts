import { durationMillis } from "../contracts/duration.ts";
import type { RolloutDefinition } from "../contracts/rollout-definition.ts";

/** What a canary is judged by. */
export const GATES = ["errors", "latency", "schema", "predictions", "labels"] as const;

export type GateName = (typeof GATES)[number];

/** All differences are candidate less champion, in fractions of the requests concerned. */
export interface GatePolicy {
  /** The candidate is rolled back when it is shown to be worse by more than this. */
  readonly tolerated: number;
  /** It clears the gate when it is shown to be worse by less than this. */
  readonly promoteBelow: number;
  /** Whether it must clear the gate; otherwise it must only not be shown to do harm. */
  readonly required: boolean;
}

export interface CanaryPolicy {
  readonly gates: Readonly<Partial<Record<GateName, GatePolicy>>>;
  /** Chance that a candidate which is within all that is tolerated is ever rolled back as harmful. */
  readonly falseRollBackFraction: number;
  /** Of each gate that is cleared. */
  readonly promoteConfidence: number;
  readonly bakeSeconds: number;
  /** Requests that each arm must have had in this step. */
  readonly minimumSamples: number;
  /** How long the step may stay undecided, counted from its start. */
  readonly timeBoxSeconds: number;
  readonly afterTimeBox: "roll-back" | "promote-with-warning" | "ask";
}

/** Of the champion's latency when the canary begins: what is above it counts as slow. */
export const SLOW_QUANTILE = 0.75;

/** How far beyond what is tolerated a gate must be cleared: what 200 samples can just rule out. */
const CLEARANCE = { errors: 0.05, latency: 0.15, schema: 0.05, predictions: 0.1, labels: 0.1 };
/** Outputs that break the schema are never wanted; one in a thousand may be the caller's doing. */
const TOLERATED_INVALID = 0.001;
const PROMOTE_CONFIDENCE = 0.95;
/** Rates cannot differ by 1 or more. */
const DIFFERENCE_MAX = 0.99;

/**
 * How a definition's rollout is judged. Failed and slow requests must be cleared; outputs are judged
 * where they are captured and labels where they are in. With `ab` labels alone decide, and any
 * difference that is shown counts, either way.
 */
export function canaryPolicy(rollout: RolloutDefinition): CanaryPolicy {
  const { strategy, tolerated } = rollout;
  const gate = (name: GateName, least: number, required: boolean): GatePolicy => ({
    tolerated: Math.min(least, DIFFERENCE_MAX),
    promoteBelow: Math.min(least + CLEARANCE[name], DIFFERENCE_MAX),
    required,
  });
  const bakeSeconds = durationMillis(rollout.bake) / 1000;
  // A shadow is judged before its model becomes a candidate: two chances to be wrong.
  const judgements = strategy === "shadow" ? 2 : 1;
  return {
    gates: {
      errors: gate("errors", tolerated.errorPercent / 100, true),
      // What is tolerated of latency is in the candidate's threshold.
      latency: gate("latency", 0, true),
      schema: gate("schema", TOLERATED_INVALID, false),
      predictions: gate("predictions", tolerated.predictionDistance, false),
      labels:
        strategy === "ab"
          ? { tolerated: 0, promoteBelow: 0, required: true }
          : gate("labels", tolerated.qualityLoss, false),
    },
    falseRollBackFraction: rollout.falseRollBackPercent / 100 / judgements,
    promoteConfidence: PROMOTE_CONFIDENCE,
    bakeSeconds,
    minimumSamples: rollout.minimumSamples,
    timeBoxSeconds: bakeSeconds + durationMillis(rollout.holdFor) / 1000,
    afterTimeBox: rollout.onLowTraffic,
  };
}

/**
 * Above which latency a request of each variant is slow. The candidate's threshold is higher by what is
 * tolerated: a model slower by just that has as many slow requests as the champion, whatever the
 * shape of its latencies.
 */
export function slowThresholds(
  championMillis: number,
  { tolerated }: Pick<RolloutDefinition, "tolerated">,
): { readonly champion: number; readonly candidate: number } {
  const candidate = championMillis * (1 + tolerated.latencyPercent / 100);
  return { champion: championMillis, candidate };
}

/** The part of the false roll-backs that one gate may cause. */
export function falseRollBackFractionOfGate({ gates, falseRollBackFraction }: CanaryPolicy) {
  return falseRollBackFraction / Math.max(1, Object.keys(gates).length);
}
