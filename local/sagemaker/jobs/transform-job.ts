import type { CreateTransformJobCommandInput, Tag } from "@aws-sdk/client-sagemaker";
import type { StoredModel } from "../state.ts";
import { type Phase, phaseOf, type StoredJob } from "./job.ts";
import { SEE_LOGS } from "./job-failure.ts";

/** A batch transform job as it was asked for, and how it goes. */
export interface StoredTransformJob extends StoredJob {
  readonly input: Omit<CreateTransformJobCommandInput, "Tags" | "TransformJobName">;
  readonly tags: readonly Tag[];
  /** Held here as well: the job goes on when its model is deleted. */
  readonly model: StoredModel;
}

export interface TransformPlan {
  readonly startMillis: number;
  readonly durationMillis: number;
  readonly fails: boolean;
}

export function transformTimeline(plan: TransformPlan): readonly Phase[] {
  const { startMillis, durationMillis, fails } = plan;
  const untilMillis = startMillis + durationMillis;
  const end: Phase = fails
    ? { ...transformPhase("Failed", untilMillis), failureReason: `AlgorithmError: ${SEE_LOGS}` }
    : transformPhase("Completed", untilMillis);
  return [transformPhase("InProgress", startMillis), end];
}

export function transformPhase(status: Phase["status"], fromMillis: number): Phase {
  return { status, secondary: status, message: `Transform job ${status}`, fromMillis };
}

/** What a transform job shows of itself; times in milliseconds since the epoch. */
export function transformJobView(job: StoredTransformJob) {
  const { status, fromMillis, failureReason } = phaseOf(job);
  const ended = status === "Completed" || status === "Failed" || status === "Stopped";
  return {
    TransformJobStatus: status,
    ...(failureReason === undefined ? {} : { FailureReason: failureReason }),
    startMillis: job.creationMillis,
    endMillis: ended ? fromMillis : undefined,
  };
}
