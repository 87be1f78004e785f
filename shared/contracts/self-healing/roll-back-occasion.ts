import * as z from "zod/mini";
import { awsEvent } from "../aws-event.ts";
import { canaryFailedEvent } from "./run-events.ts";
import { rollBackTask } from "./tasks.ts";
import { wakeUp } from "./wake-up.ts";

/**
 * What makes roll-back-canary act: a task, our own word that a canary does harm, an execution that broke
 * off, a registry's version that is rejected after all, an endpoint that changed, or the schedule.
 */
export type RollBackOccasion =
  | ({ readonly kind: "asked" } & Asked)
  | ({ readonly kind: "broke-off" } & Omit<Asked, "taskToken">)
  | { readonly kind: "rejected"; readonly modelPackageArn: string; readonly at: string }
  | { readonly kind: "changed"; readonly endpoint: string; readonly at: string }
  | { readonly kind: "due"; readonly at: string };

interface Asked {
  readonly run: string;
  readonly reason: string;
  readonly at: string;
  readonly taskToken?: string;
}

const name = z.string().check(z.minLength(1));

const executionEnded = z.pipe(
  awsEvent(
    "Step Functions Execution Status Change",
    z.looseObject({ name, status: z.enum(["FAILED", "TIMED_OUT", "ABORTED"]) }),
  ),
  z.transform(({ time, detail }): RollBackOccasion => {
    const reason = `the run's execution is ${detail.status}`;
    return { kind: "broke-off", run: detail.name, reason, at: time };
  }),
);

const packageRejected = z.pipe(
  awsEvent(
    "SageMaker Model Package State Change",
    z.looseObject({ ModelPackageArn: name, ModelApprovalStatus: z.literal("Rejected") }),
  ),
  z.transform(({ time, detail }): RollBackOccasion => {
    return { kind: "rejected", modelPackageArn: detail.ModelPackageArn, at: time };
  }),
);

/** An endpoint that changed, and the schedule. */
const looked = z.pipe(
  wakeUp,
  z.transform(({ nowMillis, about }): RollBackOccasion => {
    const at = new Date(nowMillis).toISOString();
    const isOfEndpoint = about !== null && "kind" in about && about.kind === "endpoint";
    return isOfEndpoint ? { kind: "changed", endpoint: about.name, at } : { kind: "due", at };
  }),
);

export const rollBackOccasion = z.union([
  z.pipe(
    rollBackTask,
    z.transform(({ run, reason, at, taskToken }): RollBackOccasion => {
      return { kind: "asked", run, reason, at, taskToken };
    }),
  ),
  z.pipe(
    canaryFailedEvent,
    z.transform(({ time, detail }): RollBackOccasion => {
      return { kind: "asked", run: detail.run, reason: detail.reason, at: time };
    }),
  ),
  executionEnded,
  packageRejected,
  looked,
]);
