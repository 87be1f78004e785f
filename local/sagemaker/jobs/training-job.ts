import type { CreateTrainingJobCommandInput, Tag } from "@aws-sdk/client-sagemaker";
import { parseS3Uri, s3UriOf } from "../s3-uri.ts";
import type { Behaviour } from "../serving/behaviour.ts";
import { type Phase, phaseOf, reachedPhases, type StoredJob } from "./job.ts";

/** A training job as it was asked for, and how it goes. */
export interface StoredTrainingJob extends StoredJob {
  readonly input: Omit<CreateTrainingJobCommandInput, "Tags" | "TrainingJobName">;
  readonly tags: readonly Tag[];
  /** What is wrong with the model that it makes, when something is to be. */
  readonly defects?: { readonly labelsFlipped: boolean; readonly behaviour: Behaviour };
}

/** The share of an on-demand price that a managed spot instance typically costs. */
const SPOT_PRICE_SHARE = 0.3;

/** `S3OutputPath/job/output/model.tar.gz` */
export function artefactPlaceOf({ name, input }: Pick<StoredTrainingJob, "name" | "input">) {
  const { bucket, key } = parseS3Uri(input.OutputDataConfig!.S3OutputPath!)!;
  const folder = key.replace(/\/+$/, "");
  return { bucket, key: `${folder === "" ? "" : `${folder}/`}${name}/output/model.tar.gz` };
}

/** What a training job shows of itself; times in milliseconds since the epoch. */
export function trainingJobView(job: StoredTrainingJob) {
  const phase = phaseOf(job);
  const reached = reachedPhases(job);
  const start = reached.find(({ secondary }) => secondary !== "Starting");
  const began = start?.status === "InProgress" ? start.fromMillis : undefined;
  const ended = ["Completed", "Failed", "Stopped"].includes(phase.status);
  return {
    TrainingJobStatus: phase.status,
    SecondaryStatus: phase.secondary,
    ...(phase.failureReason === undefined ? {} : { FailureReason: phase.failureReason }),
    ...(phase.status === "Completed"
      ? { ModelArtifacts: { S3ModelArtifacts: s3UriOf(artefactPlaceOf(job)) } }
      : {}),
    startMillis: began,
    endMillis: ended ? phase.fromMillis : undefined,
    modifiedMillis: phase.fromMillis,
    transitions: reached.map(({ secondary, message, fromMillis }, index) => ({
      status: secondary,
      message,
      fromMillis,
      untilMillis: reached[index + 1]?.fromMillis ?? (ended ? phase.fromMillis : undefined),
    })),
  };
}

/** Seconds from the first download to the end, and those to be paid for, once it has ended. */
export function trainingSeconds(job: StoredTrainingJob): { whole: number; billable: number } {
  const reached = reachedPhases(job);
  const wholeMillis = reached.reduce((sum, phase, index) => {
    const next = reached[index + 1];
    return next === undefined || !isRunning(phase) ? sum : sum + next.fromMillis - phase.fromMillis;
  }, 0);
  const share = job.input.EnableManagedSpotTraining ? SPOT_PRICE_SHARE : 1;
  return {
    whole: Math.ceil(wholeMillis / 1000),
    billable: Math.ceil((wholeMillis * share) / 1000),
  };
}

/** Nobody pays while instances are sought. */
function isRunning({ secondary }: Phase): boolean {
  return secondary === "Downloading" || secondary === "Training" || secondary === "Uploading";
}
