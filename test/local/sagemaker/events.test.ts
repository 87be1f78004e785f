import { PutObjectCommand } from "@aws-sdk/client-s3";
import { CreateTrainingJobCommand, ListModelsCommand } from "@aws-sdk/client-sagemaker";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CHURN_IMAGE } from "../../../local/churn/churn-model.ts";
import { BUCKET, openSimulatedAccount, ROLE, type SimulatedAccount } from "../simulated-account.ts";
import { listenToEvents, type ReceivedEvent } from "../simulated-events.ts";

let account: SimulatedAccount;
let received: () => Promise<readonly ReceivedEvent[]>;
beforeAll(async () => {
  account = await openSimulatedAccount();
  received = await listenToEvents(account);
});
afterAll(() => account.close());

async function beginTraining(TrainingJobName: string): Promise<void> {
  const { rows } = account.training;
  const Body = rows.map(({ label, values }) => [label, ...values].join(",")).join("\n");
  const Key = "training/rows.csv";
  await account.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body }));
  const S3DataSource = { S3DataType: "S3Prefix" as const, S3Uri: `s3://${BUCKET}/${Key}` };
  await account.sagemaker.send(
    new CreateTrainingJobCommand({
      TrainingJobName,
      RoleArn: ROLE,
      AlgorithmSpecification: { TrainingImage: CHURN_IMAGE, TrainingInputMode: "File" },
      InputDataConfig: [{ ChannelName: "train", DataSource: { S3DataSource } }],
      OutputDataConfig: { S3OutputPath: `s3://${BUCKET}/models` },
      ResourceConfig: { InstanceType: "ml.m5.xlarge", InstanceCount: 1, VolumeSizeInGB: 5 },
      StoppingCondition: { MaxRuntimeInSeconds: 3600 },
      Tags: [{ Key: "plumbline:endpoint", Value: "churn" }],
    }),
  );
}

/** Lets time pass, and the simulator notice. */
async function pass(millis: number): Promise<void> {
  account.passMillis(millis);
  await account.sagemaker.send(new ListModelsCommand({}));
}

describe("events of a training job", () => {
  it("tell each of its phases, in SageMaker's shape", async () => {
    await beginTraining("told");
    await pass(60_000);
    const events = await received();
    expect(events.map(({ detail }) => detail["SecondaryStatus"])).toEqual([
      "Starting",
      "Downloading",
      "Training",
      "Uploading",
      "Completed",
    ]);
    const arn = "arn:aws:sagemaker:us-east-1:000000000000:training-job/told";
    const last = events.at(-1)!;
    expect(last).toMatchObject({
      "detail-type": "SageMaker Training Job State Change",
      source: "plumbline.sagemaker",
      resources: [arn],
      detail: {
        TrainingJobName: "told",
        TrainingJobArn: arn,
        TrainingJobStatus: "Completed",
        AlgorithmSpecification: { TrainingImage: CHURN_IMAGE },
        ModelArtifacts: { S3ModelArtifacts: `s3://${BUCKET}/models/told/output/model.tar.gz` },
        Tags: { "plumbline:endpoint": "churn" },
      },
    });
    const { CreationTime, TrainingEndTime } = last.detail;
    expect(Number(TrainingEndTime) - Number(CreationTime)).toBe(60_000);
  });

  it("are lost or come twice, as the faults say", async () => {
    await account.admin("faults", { lostEventCount: 1, doubledEventCount: 1 });
    await beginTraining("faulty");
    await pass(0.25 * 60_000);
    const events = await received();
    expect(events.map(({ detail }) => detail["SecondaryStatus"])).toEqual([
      "Downloading",
      "Downloading",
    ]);
    expect(events[0]!.detail).toEqual(events[1]!.detail);
  });
});
