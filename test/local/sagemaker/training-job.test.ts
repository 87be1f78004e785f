import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import {
  CreateTrainingJobCommand,
  type CreateTrainingJobCommandInput,
  DescribeTrainingJobCommand,
  type DescribeTrainingJobCommandOutput,
  SageMakerClient,
  StopTrainingJobCommand,
} from "@aws-sdk/client-sagemaker";
import { parseTarGzip } from "nanotar";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CHURN_IMAGE, trainChurnModel } from "../../../local/churn/churn-model.ts";
import { parseModel } from "../../../local/logistic-regression/model.ts";
import { type Simulator, startSimulator } from "../../../local/sagemaker/simulator.ts";
import { BUCKET, openSimulatedAccount, ROLE, type SimulatedAccount } from "../simulated-account.ts";

const TRAINING_MILLIS = 60_000;

let account: SimulatedAccount;
beforeAll(async () => {
  account = await openSimulatedAccount({ trainingMillis: TRAINING_MILLIS });
  const { features, rows } = account.training;
  const csv = rows.map(({ label, values }) => [label, ...values].join(","));
  await put("training/run/part-1.csv", csv.slice(0, 1000).join("\n"));
  await put("training/run/part-2.csv", csv.slice(1000).join("\n"));
  await put("training/other.csv", "this is no training set");
  const manifest = [{ prefix: `s3://${BUCKET}/training/run/` }, "part-1.csv", "part-2.csv"];
  await put("training/run.manifest", JSON.stringify(manifest));
  const lines = rows.map(({ label, values }) => {
    const named = Object.fromEntries(features.map((name, index) => [name, Number(values[index])]));
    return JSON.stringify({ churned: label, ...named });
  });
  await put("training/run.jsonl.gz", gzipSync(lines.join("\n")));
});
afterAll(() => account.close());

async function put(Key: string, Body: string | Uint8Array): Promise<void> {
  await account.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body }));
}

function channel(changes: { S3DataType?: "ManifestFile" | "S3Prefix"; key: string }) {
  const { S3DataType = "S3Prefix", key } = changes;
  const S3DataSource = { S3DataType, S3Uri: `s3://${BUCKET}/${key}` };
  return { ChannelName: "train", ContentType: "text/csv", DataSource: { S3DataSource } };
}

function plan(
  TrainingJobName: string,
  changes: Partial<CreateTrainingJobCommandInput> = {},
): CreateTrainingJobCommandInput {
  return {
    TrainingJobName,
    RoleArn: ROLE,
    AlgorithmSpecification: { TrainingImage: CHURN_IMAGE, TrainingInputMode: "FastFile" },
    InputDataConfig: [channel({ S3DataType: "ManifestFile", key: "training/run.manifest" })],
    OutputDataConfig: { S3OutputPath: `s3://${BUCKET}/models/` },
    ResourceConfig: { InstanceType: "ml.m5.xlarge", InstanceCount: 1, VolumeSizeInGB: 5 },
    StoppingCondition: { MaxRuntimeInSeconds: 3600 },
    HyperParameters: { features: account.training.features.join(","), penalty: "1" },
    ...changes,
  };
}

const create = async (name: string, changes: Partial<CreateTrainingJobCommandInput> = {}) =>
  await account.sagemaker.send(new CreateTrainingJobCommand(plan(name, changes)));

const read = async (TrainingJobName: string) =>
  await account.sagemaker.send(new DescribeTrainingJobCommand({ TrainingJobName }));

/** The job when so much of an undisturbed one's duration has passed. */
async function readAfter(name: string, share = 1) {
  account.passMillis(share * TRAINING_MILLIS);
  return await read(name);
}

async function trainedModel(name: string) {
  const Key = `models/${name}/output/model.tar.gz`;
  const { Body } = await account.s3.send(new GetObjectCommand({ Bucket: BUCKET, Key }));
  const files = await parseTarGzip(await Body!.transformToByteArray());
  return parseModel(files.find((file) => file.name === "model.json")!.text);
}

const secondary = (job: DescribeTrainingJobCommandOutput) =>
  job.SecondaryStatusTransitions?.map(({ Status }) => Status);

describe("a training job", () => {
  it("trains on what its manifest names, and leaves the model where SageMaker does", async () => {
    const { TrainingJobArn } = await create("trained");
    expect(TrainingJobArn).toBe("arn:aws:sagemaker:us-east-1:000000000000:training-job/trained");
    expect(await read("trained")).toMatchObject({
      TrainingJobStatus: "InProgress",
      SecondaryStatus: "Starting",
      HyperParameters: { penalty: "1" },
    });
    expect(await readAfter("trained", 0.5)).toMatchObject({ SecondaryStatus: "Training" });
    const job = await readAfter("trained", 0.5);
    expect(job).toMatchObject({
      TrainingJobStatus: "Completed",
      SecondaryStatus: "Completed",
      ModelArtifacts: { S3ModelArtifacts: `s3://${BUCKET}/models/trained/output/model.tar.gz` },
      TrainingTimeInSeconds: 48,
      BillableTimeInSeconds: 48,
    });
    expect(secondary(job)).toEqual([
      "Starting",
      "Downloading",
      "Training",
      "Uploading",
      "Completed",
    ]);
    expect(await trainedModel("trained")).toEqual(trainChurnModel(account.training));
  });

  it("reads JSON Lines by name, and gzip", async () => {
    const lines = {
      ...channel({ key: "training/run.jsonl.gz" }),
      ContentType: "application/jsonlines",
      CompressionType: "Gzip" as const,
    };
    const HyperParameters = { label_column: "churned" };
    await create("lines", { InputDataConfig: [lines], HyperParameters });
    await readAfter("lines");
    expect(await trainedModel("lines")).toEqual(trainChurnModel(account.training));
  });

  it("is taken once by its name", async () => {
    await create("once");
    const again = await create("once").catch((error) => error);
    expect(again).toMatchObject({
      name: "ResourceInUse",
      message: expect.stringContaining("a job with this name already exists (arn:aws:sagemaker:"),
    });
  });

  it.each([
    {
      why: "key matches nothing",
      key: "nowhere/",
      reason: /^ClientError: .*matched no files on s3/,
    },
    { why: "no rows", key: "training/other.csv", reason: /^AlgorithmError: .*exit code: 1$/ },
    {
      why: "manifest is none",
      key: "training/other.csv",
      S3DataType: "ManifestFile" as const,
      reason: /^ClientError: .*must hold a JSON list/,
    },
  ])("fails when its input's $why", async ({ why, reason, ...source }) => {
    const name = `failed-${why.replaceAll(" ", "-")}`;
    await create(name, { InputDataConfig: [channel(source)] });
    const job = await readAfter(name);
    expect(job).toMatchObject({ TrainingJobStatus: "Failed", SecondaryStatus: "Failed" });
    expect(job.FailureReason).toMatch(reason);
    expect(job.ModelArtifacts).toBeUndefined();
  });

  it("stops when it is told to, and cannot be stopped twice", async () => {
    await create("stopped");
    await readAfter("stopped", 0.5);
    const stop = new StopTrainingJobCommand({ TrainingJobName: "stopped" });
    await account.sagemaker.send(stop);
    expect(await readAfter("stopped", 0)).toMatchObject({ TrainingJobStatus: "Stopping" });
    expect(await readAfter("stopped")).toMatchObject({
      TrainingJobStatus: "Stopped",
      SecondaryStatus: "Stopped",
    });
    await expect(account.sagemaker.send(stop)).rejects.toThrow("is in status Stopped");
  });

  it("stops when it runs too long", async () => {
    await create("endless", { StoppingCondition: { MaxRuntimeInSeconds: 10 } });
    const job = await readAfter("endless");
    expect(job).toMatchObject({ TrainingJobStatus: "Stopped", TrainingTimeInSeconds: 16 });
    expect(secondary(job)?.at(-1)).toBe("MaxRuntimeExceeded");
  });

  it("goes on after a restart of the simulator, from its beginning", async () => {
    const { awsEndpointUrl } = account;
    const dataFolder = join(account.dataFolder, "restarted");
    let millis = Date.now();
    const options = { port: 0, dataFolder, awsEndpointUrl, now: () => millis };
    const clientOf = ({ url }: Simulator) =>
      new SageMakerClient({
        region: "us-east-1",
        endpoint: url,
        credentials: { accessKeyId: "test", secretAccessKey: "test" },
      });
    const first = await startSimulator(options);
    await clientOf(first).send(new CreateTrainingJobCommand(plan("restarted")));
    await first.stop();
    const second = await startSimulator(options);
    const command = new DescribeTrainingJobCommand({ TrainingJobName: "restarted" });
    expect((await clientOf(second).send(command)).TrainingJobStatus).toBe("InProgress");
    millis += 2000;
    expect((await clientOf(second).send(command)).TrainingJobStatus).toBe("Completed");
    await second.stop();
    expect(await trainedModel("restarted")).toEqual(trainChurnModel(account.training));
  });

  it("takes as long as it is told", async () => {
    await account.admin("durations", { trainingMillis: 1000 });
    await create("quick");
    account.passMillis(1000);
    expect((await read("quick")).TrainingJobStatus).toBe("Completed");
    await account.admin("durations", { trainingMillis: TRAINING_MILLIS });
  });
});

describe("a training job on managed spot", () => {
  const spot = {
    EnableManagedSpotTraining: true,
    StoppingCondition: { MaxRuntimeInSeconds: 3600, MaxWaitTimeInSeconds: 7200 },
    CheckpointConfig: { S3Uri: `s3://${BUCKET}/checkpoints/` },
  };

  it("is cheaper", async () => {
    await create("spot", spot);
    expect(await readAfter("spot")).toMatchObject({
      TrainingJobStatus: "Completed",
      EnableManagedSpotTraining: true,
      TrainingTimeInSeconds: 48,
      BillableTimeInSeconds: 15,
    });
  });

  it("begins anew when its instance is taken away", async () => {
    await account.admin("faults", { interruptedSpotCount: 1 });
    await create("interrupted", spot);
    await readAfter("interrupted", 0.7);
    expect((await read("interrupted")).SecondaryStatus).toBe("Interrupted");
    const job = await readAfter("interrupted", 1.1);
    expect(job.TrainingJobStatus).toBe("Completed");
    expect(secondary(job)?.slice(2, 5)).toEqual(["Training", "Interrupted", "Starting"]);
  });

  it("stops when spot never comes, and only then", async () => {
    await account.admin("faults", { unavailableSpotCount: 1 });
    await create("on-demand");
    await create("no-spot", spot);
    expect(await readAfter("no-spot")).toMatchObject({
      TrainingJobStatus: "Stopped",
      SecondaryStatus: "MaxWaitTimeExceeded",
    });
    expect((await read("on-demand")).TrainingJobStatus).toBe("Completed");
  });

  it.each([
    { fault: "capacityErrorCount", reason: /^CapacityError: Unable to provision/ },
    { fault: "failedTrainingCount", reason: /^AlgorithmError: .*exit code: 1$/ },
  ])("fails by $fault, once", async ({ fault, reason }) => {
    await account.admin("faults", { [fault]: 1 });
    await create(`${fault}-1`, spot);
    await create(`${fault}-2`, spot);
    const job = await readAfter(`${fault}-1`);
    expect(job.TrainingJobStatus).toBe("Failed");
    expect(job.FailureReason).toMatch(reason);
    expect((await read(`${fault}-2`)).TrainingJobStatus).toBe("Completed");
  });

  it.each([
    { why: "no wait", changes: { StoppingCondition: { MaxRuntimeInSeconds: 60 } } },
    {
      why: "too short a wait",
      changes: { StoppingCondition: { MaxRuntimeInSeconds: 60, MaxWaitTimeInSeconds: 59 } },
    },
    { why: "a wait without spot", changes: { EnableManagedSpotTraining: false } },
  ])("is refused with $why", async ({ changes }) => {
    const refused = await create("refused", { ...spot, ...changes }).catch((error) => error);
    expect(refused).toMatchObject({
      name: "ValidationException",
      message: expect.stringMatching(/^Invalid MaxWaitTimeInSeconds/),
    });
  });
});
