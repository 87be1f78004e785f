import {
  CreateTrainingJobCommand,
  ResourceInUse,
  ResourceLimitExceeded,
  SageMakerClient,
  SageMakerServiceException,
} from "@aws-sdk/client-sagemaker";
import { mockClient } from "aws-sdk-client-mock";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  createTrainingJob,
  type TrainingJobPlan,
  trainingJobInput,
} from "../../../../shared/aws/training/training-jobs.ts";
import type { TrainingJobDefinition } from "../../../../shared/contracts/retraining-definition.ts";
import { definitionWith } from "../../window/sample-definition.ts";

function jobOf(keys: string): TrainingJobDefinition {
  const job = `trainingJob: { image: xgboost, role: training, ${keys} }`;
  return definitionWith({ more: `retraining: { ${job} }\n` }).retraining!.trainingJob!;
}

function planWith(changes: Partial<TrainingJobPlan> = {}): TrainingJobPlan {
  return {
    ...{ run: "churn-0123456789", endpoint: "churn", attempt: 1, format: "csv" },
    job: jobOf(""),
    image: "123456789012.dkr.ecr.us-east-1.amazonaws.com/xgboost:1",
    roleArn: "arn:aws:iam::123456789012:role/training",
    manifest: { bucket: "bucket", key: "training/churn-0123456789/train.manifest" },
    output: { bucket: "bucket", key: "models/churn-0123456789/" },
    kmsKeyId: "alias/plumbline-test",
    ...changes,
  };
}

describe("the input of a training job", () => {
  it("asks for spot capacity, pinned data and tags, first of all", () => {
    const job = jobOf(
      "maxWait: PT3H, hyperparameters: { eta: 0.1, silent: true }, tags: { team: ml }",
    );
    expect(trainingJobInput(planWith({ job }))).toEqual({
      TrainingJobName: "churn-0123456789-t1",
      RoleArn: "arn:aws:iam::123456789012:role/training",
      AlgorithmSpecification: {
        TrainingImage: "123456789012.dkr.ecr.us-east-1.amazonaws.com/xgboost:1",
        TrainingInputMode: "FastFile",
      },
      HyperParameters: { eta: "0.1", silent: "true" },
      InputDataConfig: [
        {
          ChannelName: "train",
          ContentType: "text/csv",
          DataSource: {
            S3DataSource: {
              S3DataType: "ManifestFile",
              S3Uri: "s3://bucket/training/churn-0123456789/train.manifest",
              S3DataDistributionType: "FullyReplicated",
            },
          },
        },
      ],
      OutputDataConfig: {
        S3OutputPath: "s3://bucket/models/churn-0123456789/",
        KmsKeyId: "alias/plumbline-test",
      },
      ResourceConfig: { InstanceType: "ml.m5.xlarge", InstanceCount: 1, VolumeSizeInGB: 30 },
      StoppingCondition: { MaxRuntimeInSeconds: 3600, MaxWaitTimeInSeconds: 10_800 },
      EnableManagedSpotTraining: true,
      RetryStrategy: { MaximumRetryAttempts: 2 },
      Tags: [
        { Key: "team", Value: "ml" },
        { Key: "plumbline:run", Value: "churn-0123456789" },
        { Key: "plumbline:endpoint", Value: "churn" },
      ],
    });
  });

  it("waits twice as long for spot capacity as training may take, unless told", () => {
    const { StoppingCondition } = trainingJobInput(planWith({ job: jobOf("maxRuntime: PT90M") }));
    expect(StoppingCondition).toEqual({ MaxRuntimeInSeconds: 5400, MaxWaitTimeInSeconds: 10_800 });
  });

  it.each([
    { why: "the second attempt", changes: { attempt: 2 as const } },
    { why: "a definition without spot", changes: { job: jobOf("spot: false") } },
  ])("asks for capacity on demand in $why", ({ changes }) => {
    expect(trainingJobInput(planWith(changes))).toMatchObject({
      TrainingJobName: `churn-0123456789-t${changes.attempt ?? 1}`,
      StoppingCondition: { MaxRuntimeInSeconds: 3600 },
      EnableManagedSpotTraining: false,
    });
    expect(trainingJobInput(planWith(changes)).StoppingCondition).not.toHaveProperty(
      "MaxWaitTimeInSeconds",
    );
  });

  it("keeps checkpoints beside the model where they are asked for", () => {
    expect(trainingJobInput(planWith({ job: jobOf("checkpoints: true") }))).toMatchObject({
      CheckpointConfig: { S3Uri: "s3://bucket/models/churn-0123456789/checkpoints/" },
    });
  });

  it.each([
    ["jsonlines", "application/jsonlines"],
    ["parquet", "application/x-parquet"],
  ] as const)("tells the media type of %s", (format, mediaType) => {
    const [channel] = trainingJobInput(planWith({ format })).InputDataConfig!;
    expect(channel!.ContentType).toBe(mediaType);
  });
});

describe("a training job that is started", () => {
  const client = mockClient(SageMakerClient);
  const base = { message: "the message", $metadata: {} };
  const failure = (name: string) =>
    new SageMakerServiceException({ ...base, name, $fault: "client" });
  beforeEach(() => client.reset());
  afterEach(() => client.reset());

  it("is waited for, also when it is there already", async () => {
    client.on(CreateTrainingJobCommand).resolves({ TrainingJobArn: "arn" });
    expect(await createTrainingJob(planWith())).toBeNull();
    client.on(CreateTrainingJobCommand).rejects(new ResourceInUse(base));
    expect(await createTrainingJob(planWith())).toBeNull();
  });

  it("is worth a try on demand when the quota of spot is used up", async () => {
    client.on(CreateTrainingJobCommand).rejects(new ResourceLimitExceeded(base));
    expect(await createTrainingJob(planWith())).toEqual({
      outcome: "no-capacity",
      reason: "the message",
    });
    expect(await createTrainingJob(planWith({ attempt: 2 }))).toEqual({
      outcome: "failed",
      reason: "training found no capacity: the message",
    });
  });

  it("has failed when SageMaker refuses it, and is tried again when SageMaker is busy", async () => {
    client.on(CreateTrainingJobCommand).rejects(failure("ValidationException"));
    expect(await createTrainingJob(planWith())).toEqual({
      outcome: "failed",
      reason: "SageMaker refused the training job: the message",
    });
    client.on(CreateTrainingJobCommand).rejects(failure("ThrottlingException"));
    await expect(createTrainingJob(planWith())).rejects.toThrow("the message");
  });
});
