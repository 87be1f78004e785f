import normalQuantile from "@stdlib/stats-base-dists-normal-quantile";
import {
  type CanaryPolicy,
  canaryPolicy,
  GATES,
  type GateName,
  slowThresholds,
} from "../shared/canary/policy.ts";
import { rollout } from "../shared/contracts/rollout-definition.ts";
import { type Harm, INTERVALS_PER_DAY, type Scenario } from "./canary-traffic.ts";

const ROLLOUT = rollout.parse({});
export const POLICY = canaryPolicy(ROLLOUT);
const { errorPercent, latencyPercent, qualityLoss } = ROLLOUT.tolerated;
const CHAMPION_AUC = 0.85;

/** How far apart the scores of the classes lie, in standard deviations, for an area under the curve. */
const separationOf = (auc: number): number => Math.SQRT2 * normalQuantile(auc, 0, 1);

const SAME: Harm = {
  errorRateAdded: 0,
  latencyFactor: 1,
  separation: separationOf(CHAMPION_AUC),
};

/** 200,000 requests a day, of which the candidate has 10,000. */
export const DAY: Scenario = {
  requestsPerInterval: 694,
  intervalCount: INTERVALS_PER_DAY,
  errorRate: 0.002,
  latencySpread: 0.4,
  slowAllowance: slowThresholds(1, ROLLOUT).candidate,
  blipFraction: 0,
  labelledFraction: 0.04,
  positiveFraction: 0.15,
  separation: SAME.separation,
  harm: SAME,
};

/** A judge that tolerates nothing: identical models are then at the very edge. */
export const STRICT_POLICY: CanaryPolicy = {
  ...POLICY,
  gates: Object.fromEntries(GATES.map((gate) => [gate, { ...POLICY.gates[gate]!, tolerated: 0 }])),
};
export const STRICT_DAY: Scenario = { ...DAY, slowAllowance: 1 };

/** Ten times the traffic, and each variant in one interval of fifty half again as slow as it is. */
export const BLIPS: Scenario = {
  ...DAY,
  requestsPerInterval: 6940,
  blipFraction: 0.02,
  labelledFraction: 0,
};

/** Worse in three ways by just what is tolerated. */
export const AT_THE_EDGE: Harm = {
  errorRateAdded: errorPercent / 100,
  latencyFactor: 1 + latencyPercent / 100,
  separation: separationOf(CHAMPION_AUC - qualityLoss),
};

export interface HarmCase {
  readonly harm: string;
  readonly gate: GateName;
  readonly canaries: number;
  readonly change: Partial<Scenario>;
}

export const HARMS: readonly HarmCase[] = [
  {
    harm: "errors 0.1 % → 1.1 %",
    gate: "errors",
    canaries: 1000,
    change: { errorRate: 0.001, harm: { ...SAME, errorRateAdded: 0.01 } },
  },
  {
    harm: "errors 1 % → 2 %",
    gate: "errors",
    canaries: 1000,
    change: { errorRate: 0.01, intervalCount: 600, harm: { ...SAME, errorRateAdded: 0.01 } },
  },
  {
    harm: "latency +20 %, spread 0.3",
    gate: "latency",
    canaries: 1000,
    change: { latencySpread: 0.3, harm: { ...SAME, latencyFactor: 1.2 } },
  },
  {
    harm: "latency +20 %, spread 0.5",
    gate: "latency",
    canaries: 1000,
    change: { latencySpread: 0.5, harm: { ...SAME, latencyFactor: 1.2 } },
  },
  {
    harm: "AUC 0.85 → 0.80, 15 % positive",
    gate: "labels",
    canaries: 200,
    change: {
      labelledFraction: 0.5,
      intervalCount: 500,
      harm: { ...SAME, separation: separationOf(0.8) },
    },
  },
  {
    harm: "AUC 0.85 → 0.80, half positive",
    gate: "labels",
    canaries: 200,
    change: {
      labelledFraction: 0.25,
      intervalCount: 500,
      positiveFraction: 0.5,
      harm: { ...SAME, separation: separationOf(0.8) },
    },
  },
];
