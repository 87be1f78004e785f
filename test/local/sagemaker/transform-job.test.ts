import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import {
  CreateTransformJobCommand,
  type CreateTransformJobCommandInput,
  DescribeTransformJobCommand,
  StopTransformJobCommand,
} from "@aws-sdk/client-sagemaker";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { trainChurnModel } from "../../../local/churn/churn-model.ts";
import { numbersOf } from "../../../local/churn/churn-rows.ts";
import { predictProbability } from "../../../local/logistic-regression/model.ts";
import {
  BUCKET,
  createModel,
  openSimulatedAccount,
  type SimulatedAccount,
} from "../simulated-account.ts";

const ROWS = 20;
const TRANSFORM_MILLIS = 60_000;

let account: SimulatedAccount;
let probabilities: readonly number[];
beforeAll(async () => {
  account = await openSimulatedAccount({ transformMillis: TRANSFORM_MILLIS });
  await createModel(account, "model");
  const rows = account.training.rows.slice(0, ROWS);
  const model = trainChurnModel(account.training);
  probabilities = rows.map((row) => predictProbability(model, numbersOf(row)));
  const features = rows.map(({ values }) => values.join(","));
  await put("holdout/a/part-1.csv", features.slice(0, 15).join("\n"));
  await put("holdout/b/part-2.csv", features.slice(15).join("\n"));
  await put(
    "labelled.csv",
    rows.map(({ label, values }) => [label, ...values].join(",")).join("\n"),
  );
  await put("manifest", JSON.stringify([{ prefix: `s3://${BUCKET}/holdout/` }, "b/part-2.csv"]));
  const named = rows.map(({ label, values }, id) => {
    return JSON.stringify({ id, label, features: values.map(Number) });
  });
  await put("holdout.jsonl", named.join("\n"));
});
afterAll(() => account.close());

async function put(Key: string, Body: string): Promise<void> {
  await account.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body }));
}

async function outputOf(key: string): Promise<string> {
  const command = new GetObjectCommand({ Bucket: BUCKET, Key: `transformed/${key}` });
  return await (await account.s3.send(command)).Body!.transformToString();
}

function plan(
  TransformJobName: string,
  key: string,
  changes: Partial<CreateTransformJobCommandInput> = {},
): CreateTransformJobCommandInput {
  const S3DataType = key === "manifest" ? "ManifestFile" : "S3Prefix";
  return {
    TransformJobName,
    ModelName: "model",
    BatchStrategy: "MultiRecord",
    TransformInput: {
      DataSource: { S3DataSource: { S3DataType, S3Uri: `s3://${BUCKET}/${key}` } },
      ContentType: key.endsWith("jsonl") ? "application/jsonlines" : "text/csv",
      SplitType: "Line",
    },
    TransformOutput: { S3OutputPath: `s3://${BUCKET}/transformed/`, AssembleWith: "Line" },
    TransformResources: { InstanceType: "ml.m5.xlarge", InstanceCount: 1 },
    ...changes,
  };
}

const create = async (...args: Parameters<typeof plan>) =>
  await account.sagemaker.send(new CreateTransformJobCommand(plan(...args)));

const read = async (TransformJobName: string) =>
  await account.sagemaker.send(new DescribeTransformJobCommand({ TransformJobName }));

async function ended(name: string) {
  account.passMillis(TRANSFORM_MILLIS);
  return await read(name);
}

const numbers = (text: string) => text.trimEnd().split("\n").map(Number);

describe("a transform job", () => {
  it("answers every object below a prefix in an object of its own", async () => {
    await create("prefix", "holdout/");
    expect(await read("prefix")).toMatchObject({ TransformJobStatus: "InProgress" });
    const job = await ended("prefix");
    expect(job).toMatchObject({
      TransformJobStatus: "Completed",
      TransformJobArn: "arn:aws:sagemaker:us-east-1:000000000000:transform-job/prefix",
      ModelName: "model",
    });
    expect(job.TransformEndTime!.getTime() - job.TransformStartTime!.getTime()).toBe(60_000);
    const output = (await outputOf("a/part-1.csv.out")) + (await outputOf("b/part-2.csv.out"));
    expect(numbers(output)).toEqual(probabilities);
  });

  it("answers what a manifest names, a record a request", async () => {
    await create("pinned", "manifest", { BatchStrategy: "SingleRecord" });
    await ended("pinned");
    expect(numbers(await outputOf("b/part-2.csv.out"))).toEqual(probabilities.slice(15));
  });

  it("leaves out the label, and puts it before the answer", async () => {
    const DataProcessing = {
      InputFilter: "$[1:]",
      JoinSource: "Input" as const,
      OutputFilter: "$[0,-1]",
    };
    await create("joined", "labelled.csv", { DataProcessing });
    await ended("joined");
    const labels = account.training.rows.map(({ label }) => label);
    const lines = probabilities.map((probability, index) => `${labels[index]},${probability}\n`);
    expect(await outputOf("labelled.csv.out")).toBe(lines.join(""));
  });

  it("does the same with JSON Lines", async () => {
    const DataProcessing = {
      JoinSource: "Input" as const,
      OutputFilter: "$['id','SageMakerOutput']",
    };
    await create("lines", "holdout.jsonl", { DataProcessing });
    await ended("lines");
    const lines = (await outputOf("holdout.jsonl.out")).trimEnd().split("\n");
    expect(lines.map((line) => JSON.parse(line))).toEqual(
      probabilities.map((probability, id) => ({ id, SageMakerOutput: { probability } })),
    );
  });

  it("is taken once by its name, and only for a model that is there", async () => {
    await create("once", "holdout/");
    expect(await create("once", "holdout/").catch((error) => error.name)).toBe("ResourceInUse");
    const other = create("other", "holdout/", { ModelName: "nobody" });
    await expect(other).rejects.toThrow('Could not find model "arn:aws:sagemaker:');
  });

  it.each([
    { why: "nothing matches", key: "nowhere", reason: /^ClientError: .*matched no files on s3$/ },
    { why: "the model refuses", key: "labelled.csv", reason: /^ClientError: See job logs for/ },
  ])("fails when $why", async ({ key, reason }) => {
    const name = `failed-${key.replace(".csv", "")}`;
    await create(name, key);
    const job = await ended(name);
    expect(job.TransformJobStatus).toBe("Failed");
    expect(job.FailureReason).toMatch(reason);
  });

  it("fails when it is to, and stops when it is told to", async () => {
    await account.admin("faults", { failedTransformCount: 1 });
    await create("faulty", "holdout/");
    expect(await ended("faulty")).toMatchObject({
      TransformJobStatus: "Failed",
      FailureReason: "AlgorithmError: See job logs for more information",
    });
    await create("stopped", "holdout/");
    await account.sagemaker.send(new StopTransformJobCommand({ TransformJobName: "stopped" }));
    expect((await read("stopped")).TransformJobStatus).toBe("Stopping");
    expect((await ended("stopped")).TransformJobStatus).toBe("Stopped");
  });
});
