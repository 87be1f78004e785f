import {
  DescribeModelCommand,
  DescribeModelPackageCommand,
  DescribeTrainingJobCommand,
  ListPipelineExecutionStepsCommand,
  SageMakerClient,
  SageMakerServiceException,
} from "@aws-sdk/client-sagemaker";
import { mockClient } from "aws-sdk-client-mock";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import {
  challengerModel,
  findTrainedModel,
} from "../../../../shared/aws/training/trained-model.ts";

const run = "churn-0123456789";
const client = mockClient(SageMakerClient);
beforeEach(() => client.reset());
afterAll(() => client.restore());

const absent = new SageMakerServiceException({
  ...{ name: "ValidationException", message: "Requested resource not found." },
  ...{ $fault: "client", $metadata: {} },
});

function job(name: string, TrainingJobStatus: "Completed" | "Failed" | "Stopped") {
  client.on(DescribeTrainingJobCommand, { TrainingJobName: name }).resolves({
    TrainingJobStatus,
    TrainingJobArn: `arn:aws:sagemaker:us-east-1:123456789012:training-job/${name}`,
    ModelArtifacts: { S3ModelArtifacts: `s3://bucket/models/${name}/model.tar.gz` },
    AlgorithmSpecification: { TrainingImage: "trainer", TrainingInputMode: "File" },
  } as object);
}

describe("the model that a run trained", () => {
  it("is that of the second job, or where there is none of the first", async () => {
    client.on(DescribeTrainingJobCommand).rejects(absent);
    job(`${run}-t1`, "Completed");
    expect(await findTrainedModel({ run }, null)).toEqual({
      jobName: `${run}-t1`,
      jobArn: `arn:aws:sagemaker:us-east-1:123456789012:training-job/${run}-t1`,
      artefact: `s3://bucket/models/${run}-t1/model.tar.gz`,
      image: "trainer",
    });
    job(`${run}-t1`, "Stopped");
    job(`${run}-t2`, "Completed");
    expect((await findTrainedModel({ run }, null)).jobName).toBe(`${run}-t2`);
  });

  it("is that of the last training step of a pipeline", async () => {
    const step = (name: string, end: string, StepStatus: "Succeeded" | "Failed") => ({
      StepStatus,
      EndTime: new Date(end),
      Metadata: { TrainingJob: { Arn: `arn:aws:sagemaker:us-east-1:1:training-job/${name}` } },
    });
    client
      .on(ListPipelineExecutionStepsCommand)
      .resolvesOnce({
        PipelineExecutionSteps: [step("b", "2026-01-15T11:00:00Z", "Succeeded"), { StepName: "x" }],
        NextToken: "more",
      })
      .resolvesOnce({
        PipelineExecutionSteps: [
          step("a", "2026-01-15T10:00:00Z", "Succeeded"),
          step("c", "2026-01-15T12:00:00Z", "Failed"),
        ],
      });
    job("b", "Completed");
    expect((await findTrainedModel({ run }, "arn:execution")).jobName).toBe("b");
  });

  it("must be there", async () => {
    client.on(DescribeTrainingJobCommand).rejects(absent);
    await expect(findTrainedModel({ run }, null)).rejects.toThrow(`run "${run}"`);
  });
});

describe("the challenger", () => {
  const champion = {
    ...{ variant: "AllTraffic", modelName: "champion", endpointConfigName: "config" },
    ...{ modelPackageArn: null, baseline: "s3://bucket/baselines/churn/v1/" },
  };
  const trained = {
    ...{ jobName: "job", jobArn: "arn", artefact: "s3://bucket/new.tar.gz", image: "trainer" },
  };

  it("serves in the champion's container and network, with its own artefact", async () => {
    client.on(DescribeModelCommand).resolves({
      PrimaryContainer: {
        Image: "server",
        Environment: { A: "1" },
        ModelDataUrl: "s3://bucket/old.tar.gz",
      },
      VpcConfig: { SecurityGroupIds: ["sg-1"], Subnets: ["subnet-1"] },
      EnableNetworkIsolation: true,
    } as object);
    expect(await challengerModel({ champion }, trained)).toEqual({
      container: {
        Image: "server",
        Environment: { A: "1" },
        ModelDataUrl: "s3://bucket/new.tar.gz",
      },
      VpcConfig: { SecurityGroupIds: ["sg-1"], Subnets: ["subnet-1"] },
      EnableNetworkIsolation: true,
    });
  });

  it("serves in the container that the champion's package names", async () => {
    client.on(DescribeModelCommand).resolves({
      Containers: [{ ModelPackageName: "arn:package", Environment: { B: "3" } }],
    } as object);
    client.on(DescribeModelPackageCommand, { ModelPackageName: "arn:package" }).resolves({
      InferenceSpecification: {
        Containers: [{ Image: "server", Environment: { A: "1", B: "2" } }],
      },
    } as object);
    expect(await challengerModel({ champion }, trained)).toEqual({
      container: {
        Image: "server",
        Environment: { A: "1", B: "3" },
        ModelDataUrl: "s3://bucket/new.tar.gz",
      },
    });
  });

  it("serves in the image that trained when nothing is known of the champion's", async () => {
    client.on(DescribeModelCommand).rejects(absent);
    expect(await challengerModel({ champion }, trained)).toEqual({
      container: { Image: "trainer", Environment: {}, ModelDataUrl: "s3://bucket/new.tar.gz" },
    });
  });

  it("cannot stand for several containers", async () => {
    const Containers = [{ Image: "a" }, { Image: "b" }];
    client.on(DescribeModelCommand).resolves({ Containers } as object);
    expect(await challengerModel({ champion }, trained)).toMatchObject({
      code: "champion-is-a-pipeline",
    });
  });
});
