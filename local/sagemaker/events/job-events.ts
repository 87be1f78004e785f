import type { Tag } from "@aws-sdk/client-sagemaker";
import { phaseOf } from "../jobs/job.ts";
import { type StoredTrainingJob, trainingJobView } from "../jobs/training-job.ts";
import { type StoredTransformJob, transformJobView } from "../jobs/transform-job.ts";
import type { SageMakerEvent } from "./event-bus.ts";

/** Times are milliseconds since the epoch, where Describe* has seconds; the input as it was given. */
export function trainingJobEvent(job: StoredTrainingJob): SageMakerEvent {
  const { startMillis, endMillis, modifiedMillis, transitions, ...shown } = trainingJobView(job);
  return {
    detailType: "SageMaker Training Job State Change",
    resources: [job.arn],
    millis: phaseOf(job).fromMillis,
    detail: {
      TrainingJobName: job.name,
      TrainingJobArn: job.arn,
      ...job.input,
      ...shown,
      CreationTime: job.creationMillis,
      ...(startMillis === undefined ? {} : { TrainingStartTime: startMillis }),
      ...(endMillis === undefined ? {} : { TrainingEndTime: endMillis }),
      LastModifiedTime: modifiedMillis,
      SecondaryStatusTransitions: transitions.map((transition) => ({
        Status: transition.status,
        StartTime: transition.fromMillis,
        ...(transition.untilMillis === undefined ? {} : { EndTime: transition.untilMillis }),
        StatusMessage: transition.message,
      })),
      Tags: tagsByKey(job.tags),
    },
  };
}

/** Events carry tags as an object. */
export function tagsByKey(tags: readonly Tag[]): Readonly<Record<string, string>> {
  return Object.fromEntries(tags.map(({ Key, Value }) => [Key ?? "", Value ?? ""]));
}

export function transformJobEvent(job: StoredTransformJob): SageMakerEvent {
  const { startMillis, endMillis, ...shown } = transformJobView(job);
  return {
    detailType: "SageMaker Transform Job State Change",
    resources: [job.arn],
    millis: phaseOf(job).fromMillis,
    detail: {
      TransformJobName: job.name,
      TransformJobArn: job.arn,
      ...job.input,
      ...shown,
      CreationTime: job.creationMillis,
      TransformStartTime: startMillis,
      ...(endMillis === undefined ? {} : { TransformEndTime: endMillis }),
      Tags: tagsByKey(job.tags),
    },
  };
}
