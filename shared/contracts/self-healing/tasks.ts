import * as z from "zod/mini";
import { RUN_OUTCOMES } from "./run.ts";

/**
 * What the state machine hands to each task: ids only, as all else is in the run's record. A task that
 * waits gets its token; the function stores it under the name of the resource that it waits for.
 */
const run = z.string().check(z.minLength(1));
/** When the state was entered, ISO 8601: the same however often the task is tried. */
const at = z.iso.datetime();
const taskToken = z.string().check(z.minLength(1));
const step = z.int().check(z.nonnegative());

/** prepare-training-set, evaluate-challenger, register-model. */
export const runTask = z.looseObject({ run, at });

/** start-training: attempt 2 is on demand. */
export const trainingTask = z.looseObject({
  run,
  at,
  taskToken,
  attempt: z.int().check(z.positive()),
});

/** start-evaluation, request-approval. */
export const waitingRunTask = z.looseObject({ run, at, taskToken });

/** start-canary; `step` counts `rollout.steps` from 0. */
export const canaryTask = z.looseObject({
  run,
  at,
  action: z.enum([
    "add-shadow",
    "add-candidate",
    "test-candidate",
    "shift-traffic",
    "deploy-guarded",
  ]),
  step: z.optional(step),
  taskToken: z.optional(taskToken),
});

/** judge-canary: bake a step, or compare a shadow, until there is a verdict. */
export const bakeTask = z.looseObject({
  run,
  at,
  action: z.enum(["bake", "bake-shadow"]),
  step,
  taskToken,
});

/** promote-canary. */
export const promotionTask = z.looseObject({
  run,
  at,
  action: z.enum(["scale-candidate", "shift-traffic", "record-deployment", "clean-up"]),
  taskToken: z.optional(taskToken),
});

/** roll-back-canary. */
export const rollBackTask = z.looseObject({ run, at, reason: z.string(), taskToken });

/** conclude-run: what the run comes to, in words. */
export const concludeTask = z.looseObject({
  run,
  at,
  outcome: z.enum(RUN_OUTCOMES),
  reason: z.string(),
});

/**
 * What tasks answer: expected results are values with one word that a Choice branches on and one sentence
 * with the numbers in it. What is thrown is for Retry and the catch-all alone.
 */
export interface TaskValue<Word extends string> {
  readonly outcome: Word;
  readonly reason: string;
}

export type TrainingSetValue = TaskValue<"prepared" | "no-data">;
/** `no-capacity`: spot never came or there was none of the instance; worth one try on demand. */
export type TrainingValue = TaskValue<"trained" | "no-capacity" | "failed">;
export type TransformValue = TaskValue<"transformed" | "failed">;
export type EvaluationValue = TaskValue<
  "better" | "not-better" | "invalid-output" | "inconclusive"
>;
export type RegistrationValue = TaskValue<"registered"> & { readonly modelPackageArn: string };
export type ApprovalValue = TaskValue<"approved" | "rejected" | "expired">;
/** Of a change of the endpoint: read back, never believed by its status alone. */
export type EndpointValue = TaskValue<"applied" | "rolled-back" | "broken">;
export type SmokeTestValue = TaskValue<"served" | "refused">;
export type BakeValue = TaskValue<"promote" | "roll-back">;
