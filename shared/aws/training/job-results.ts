import {
  DescribePipelineExecutionCommand,
  type DescribePipelineExecutionCommandOutput,
  DescribeTrainingJobCommand,
  type DescribeTrainingJobCommandOutput,
  DescribeTransformJobCommand,
  type DescribeTransformJobCommandOutput,
} from "@aws-sdk/client-sagemaker";
import type { PendingTask } from "../../contracts/self-healing/pending-task.ts";
import { trainingJobName } from "../../contracts/self-healing/resource-names.ts";
import type { TrainingValue, TransformValue } from "../../contracts/self-healing/tasks.ts";
import { isAbsent, sagemaker } from "../sagemaker.ts";

/** What these results are read from. */
export type TrainingJobEnd = Pick<
  DescribeTrainingJobCommandOutput,
  | "TrainingJobStatus"
  | "SecondaryStatus"
  | "FailureReason"
  | "TrainingTimeInSeconds"
  | "BillableTimeInSeconds"
>;
export type TransformJobEnd = Pick<
  DescribeTransformJobCommandOutput,
  "TransformJobStatus" | "FailureReason"
>;
export type PipelineEnd = Pick<
  DescribePipelineExecutionCommandOutput,
  "PipelineExecutionStatus" | "FailureReason"
>;

export const JOB_KINDS = ["training-job", "transform-job", "pipeline-execution"] as const;
export type JobKind = (typeof JOB_KINDS)[number];

/**
 * How the job of a pending task has ended; null while it goes on, or is not there yet: its task is stored
 * before it is made.
 */
export async function readJobResult(
  task: Pick<PendingTask, "name" | "run"> & { readonly kind: JobKind },
): Promise<TrainingValue | TransformValue | null> {
  try {
    return await describedResult(task);
  } catch (error) {
    if (isAbsent(error)) return null;
    throw error;
  }
}

async function describedResult({
  kind,
  name,
  run,
}: Pick<PendingTask, "name" | "run"> & { readonly kind: JobKind }) {
  switch (kind) {
    case "training-job": {
      const command = new DescribeTrainingJobCommand({ TrainingJobName: name });
      const isLastAttempt = name !== trainingJobName(run, 1);
      return trainingResult(await sagemaker().send(command), { isLastAttempt });
    }
    case "transform-job": {
      const command = new DescribeTransformJobCommand({ TransformJobName: name });
      return transformResult(await sagemaker().send(command));
    }
    case "pipeline-execution": {
      const command = new DescribePipelineExecutionCommand({ PipelineExecutionArn: name });
      return pipelineResult(await sagemaker().send(command));
    }
  }
}

/** SageMaker's words for having no machine of the kind; the message after it differs by region and day. */
const NO_CAPACITY = /CapacityError|insufficient capacity|unable to provision/i;

/** How a training job ended; null while it goes on. Statuses that are not known go on. */
export function trainingResult(
  job: TrainingJobEnd,
  { isLastAttempt }: { readonly isLastAttempt: boolean },
): TrainingValue | null {
  const reason = job.FailureReason ?? "";
  switch (job.TrainingJobStatus) {
    case "Completed":
      return { outcome: "trained", reason: trainedReason(job) };
    case "Failed":
      if (NO_CAPACITY.test(reason)) return withoutCapacity(reason, isLastAttempt);
      return { outcome: "failed", reason: `training failed: ${reason || NO_REASON}` };
    case "Stopped":
      if (job.SecondaryStatus === "MaxWaitTimeExceeded")
        return withoutCapacity("no spot capacity within maxWait", isLastAttempt);
      if (job.SecondaryStatus === "MaxRuntimeExceeded")
        return {
          outcome: "failed",
          reason: "training was stopped: it took longer than maxRuntime",
        };
      return { outcome: "failed", reason: `training was stopped: ${reason || NO_REASON}` };
    default:
      return null;
  }
}

/** What became of a job for which there was no machine. */
export function withoutCapacity(reason: string, isLastAttempt: boolean): TrainingValue {
  return isLastAttempt
    ? { outcome: "failed", reason: `training found no capacity: ${reason}` }
    : { outcome: "no-capacity", reason };
}

export function transformResult(job: TransformJobEnd): TransformValue | null {
  switch (job.TransformJobStatus) {
    case "Completed":
      return { outcome: "transformed", reason: "the challenger has answered the holdout" };
    case "Failed":
      return {
        outcome: "failed",
        reason: `batch transform failed: ${job.FailureReason || NO_REASON}`,
      };
    case "Stopped":
      return { outcome: "failed", reason: "batch transform was stopped before its end" };
    default:
      return null;
  }
}

export function pipelineResult(execution: PipelineEnd): TrainingValue | null {
  const { PipelineExecutionStatus: status, FailureReason: reason } = execution;
  if (status === "Succeeded") return { outcome: "trained", reason: "the pipeline has succeeded" };
  if (status === "Failed")
    return { outcome: "failed", reason: `the pipeline failed: ${reason || NO_REASON}` };
  if (status === "Stopped")
    return { outcome: "failed", reason: `the pipeline was stopped: ${reason || NO_REASON}` };
  return null;
}

const NO_REASON = "SageMaker gave no reason";

function trainedReason({ TrainingTimeInSeconds, BillableTimeInSeconds }: TrainingJobEnd): string {
  if (TrainingTimeInSeconds === undefined) return "training has completed";
  const took = `trained in ${TrainingTimeInSeconds} s`;
  return BillableTimeInSeconds === undefined ? took : `${took}, ${BillableTimeInSeconds} s billed`;
}
