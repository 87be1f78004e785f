import type { Phase } from "./job.ts";
import { algorithmError, CAPACITY_ERROR } from "./job-failure.ts";

export type TrainingFault = "interrupted" | "no-spot" | "no-capacity" | "failed";

export interface TrainingPlan {
  readonly startMillis: number;
  /** How long an undisturbed job takes. */
  readonly durationMillis: number;
  readonly maxRuntimeMillis: number;
  readonly fault?: TrainingFault;
}

/** One step: the secondary status and the share of the duration after which it begins. */
type Step = readonly [secondary: string, atShare: number];

const UNDISTURBED: readonly Step[] = [
  ["Starting", 0],
  ["Downloading", 0.2],
  ["Training", 0.3],
  ["Uploading", 0.9],
  ["Completed", 1],
];

const STEPS: Readonly<Record<TrainingFault, readonly Step[]>> = {
  interrupted: [
    ["Starting", 0],
    ["Downloading", 0.2],
    ["Training", 0.3],
    ["Interrupted", 0.6],
    ["Starting", 0.8],
    ["Downloading", 1],
    ["Training", 1.1],
    ["Uploading", 1.7],
    ["Completed", 1.8],
  ],
  "no-spot": [
    ["Starting", 0],
    ["MaxWaitTimeExceeded", 1],
  ],
  "no-capacity": [
    ["Starting", 0],
    ["Failed", 0.2],
  ],
  failed: [
    ["Starting", 0],
    ["Downloading", 0.2],
    ["Training", 0.3],
    ["Failed", 0.9],
  ],
};

const MESSAGES: Readonly<Record<string, string>> = {
  Starting: "Preparing the instances for training",
  Downloading: "Downloading input data",
  Training: "Training image download completed. Training in progress.",
  Interrupted: "Training job interrupted: its managed spot instance was reclaimed",
  Uploading: "Uploading generated training model",
  Completed: "Training job completed",
  Failed: "Training job failed",
  MaxWaitTimeExceeded: "Training job stopped: maximum wait time exceeded",
  MaxRuntimeExceeded: "Training job stopped: maximum runtime exceeded",
};

const REASONS: Partial<Record<TrainingFault, string>> = {
  "no-capacity": CAPACITY_ERROR,
  failed: algorithmError("Training script terminated abnormally").message,
};

/** The phases of a training job, first to last. A fault is known here before the job begins. */
export function trainingTimeline(plan: TrainingPlan): readonly Phase[] {
  const { startMillis, durationMillis, fault } = plan;
  const steps = fault === undefined ? UNDISTURBED : STEPS[fault];
  const reason = fault === undefined ? undefined : REASONS[fault];
  const phases = steps.map(([secondary, share]): Phase => {
    const phase = trainingPhase(secondary, startMillis + share * durationMillis);
    return secondary === "Failed" && reason !== undefined
      ? { ...phase, failureReason: reason }
      : phase;
  });
  return withinRuntime(phases, plan.maxRuntimeMillis);
}

export function trainingPhase(secondary: string, fromMillis: number): Phase {
  return { status: statusOf(secondary), secondary, message: MESSAGES[secondary]!, fromMillis };
}

function statusOf(secondary: string): Phase["status"] {
  if (secondary === "Completed" || secondary === "Failed") return secondary;
  return secondary.endsWith("Exceeded") ? "Stopped" : "InProgress";
}

function withinRuntime(phases: readonly Phase[], maxRuntimeMillis: number): readonly Phase[] {
  const started = phases.findIndex(({ secondary }) => secondary === "Training");
  if (started === -1) return phases;
  const untilMillis = phases[started]!.fromMillis + maxRuntimeMillis;
  if (phases.at(-1)!.fromMillis <= untilMillis) return phases;
  const within = phases.filter(({ fromMillis }) => fromMillis < untilMillis);
  return [...within, trainingPhase("MaxRuntimeExceeded", untilMillis)];
}
