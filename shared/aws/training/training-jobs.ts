import {
  CreateTrainingJobCommand,
  type CreateTrainingJobCommandInput,
  ResourceLimitExceeded,
  type Tag,
} from "@aws-sdk/client-sagemaker";
import { durationMillis } from "../../contracts/duration.ts";
import type {
  RetrainingDefinition,
  TrainingJobDefinition,
} from "../../contracts/retraining-definition.ts";
import { type S3Location, s3Uri } from "../../contracts/s3-uri.ts";
import {
  type TrainingAttempt,
  trainingJobName,
} from "../../contracts/self-healing/resource-names.ts";
import type { TrainingValue } from "../../contracts/self-healing/tasks.ts";
import { isPresent, isRefused, sagemaker } from "../sagemaker.ts";
import { withoutCapacity } from "./job-results.ts";

/** Everything that a training job follows from. */
export interface TrainingJobPlan {
  readonly run: string;
  readonly endpoint: string;
  readonly attempt: TrainingAttempt;
  readonly job: TrainingJobDefinition;
  readonly format: RetrainingDefinition["data"]["format"];
  readonly image: string;
  readonly roleArn: string;
  readonly manifest: S3Location;
  /** Where the artefact goes, a prefix. */
  readonly output: S3Location;
  readonly kmsKeyId: string;
}

/** Of training files, by their format. */
export const MEDIA_TYPES = {
  csv: "text/csv",
  jsonlines: "application/jsonlines",
  parquet: "application/x-parquet",
} as const;

/** What CreateTrainingJob is asked for. The second attempt is on demand whatever the definition says. */
export function trainingJobInput(plan: TrainingJobPlan): CreateTrainingJobCommandInput {
  const { run, attempt, job } = plan;
  const isSpot = job.spot && attempt === 1;
  const maxRuntimeSeconds = durationMillis(job.maxRuntime) / 1000;
  const maxWaitSeconds =
    job.maxWait === undefined ? 2 * maxRuntimeSeconds : durationMillis(job.maxWait) / 1000;
  const checkpoints = s3Uri({ ...plan.output, key: `${plan.output.key}checkpoints/` });
  return {
    TrainingJobName: trainingJobName(run, attempt),
    RoleArn: plan.roleArn,
    AlgorithmSpecification: { TrainingImage: plan.image, TrainingInputMode: job.inputMode },
    HyperParameters: texts(job.hyperparameters),
    InputDataConfig: [
      {
        ChannelName: "train",
        ContentType: MEDIA_TYPES[plan.format],
        DataSource: {
          S3DataSource: {
            S3DataType: "ManifestFile",
            S3Uri: s3Uri(plan.manifest),
            S3DataDistributionType: "FullyReplicated",
          },
        },
      },
    ],
    OutputDataConfig: { S3OutputPath: s3Uri(plan.output), KmsKeyId: plan.kmsKeyId },
    ResourceConfig: {
      InstanceType: job.instance as NonNullable<
        CreateTrainingJobCommandInput["ResourceConfig"]
      >["InstanceType"],
      InstanceCount: job.instanceCount,
      VolumeSizeInGB: job.volumeSizeGb,
    },
    StoppingCondition: {
      MaxRuntimeInSeconds: maxRuntimeSeconds,
      ...(isSpot ? { MaxWaitTimeInSeconds: maxWaitSeconds } : {}),
    },
    EnableManagedSpotTraining: isSpot,
    ...(job.checkpoints ? { CheckpointConfig: { S3Uri: checkpoints } } : {}),
    // It retries what SageMaker itself did wrong, and nothing else.
    RetryStrategy: { MaximumRetryAttempts: 2 },
    Tags: [...tagsOf(job.tags), ...runTags(plan)],
  };
}

/** How what a run makes is recognised in the account. */
export function runTags({
  run,
  endpoint,
}: {
  readonly run: string;
  readonly endpoint: string;
}): Tag[] {
  return tagsOf({ "plumbline:run": run, "plumbline:endpoint": endpoint });
}

function tagsOf(values: Readonly<Record<string, string | number | boolean>>): Tag[] {
  return Object.entries(values).map(([Key, value]) => ({ Key, Value: String(value) }));
}

function texts(values: TrainingJobDefinition["hyperparameters"]): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));
}

/**
 * Starts a training job, or finds it started.
 *
 * @returns null when its end is to be waited for, else what it has come to already: SageMaker took it not
 */
export async function createTrainingJob(plan: TrainingJobPlan): Promise<TrainingValue | null> {
  try {
    await sagemaker().send(new CreateTrainingJobCommand(trainingJobInput(plan)));
    return null;
  } catch (error) {
    if (isPresent(error)) return null;
    // Quotas of spot and of on-demand instances are different ones.
    if (error instanceof ResourceLimitExceeded)
      return withoutCapacity(error.message, plan.attempt === 2);
    if (!isRefused(error, /./)) throw error;
    return { outcome: "failed", reason: `SageMaker refused the training job: ${error.message}` };
  }
}
