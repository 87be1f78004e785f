import { GetMetricStatisticsCommand } from "@aws-sdk/client-cloudwatch";
import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { CreateTransformJobCommand, DescribeTransformJobCommand } from "@aws-sdk/client-sagemaker";
import { InvokeEndpointCommand } from "@aws-sdk/client-sagemaker-runtime";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  BUCKET,
  createEndpoint,
  createModel,
  openSimulatedAccount,
  type SimulatedAccount,
  variantOf,
} from "../simulated-account.ts";
import { train } from "../simulated-training.ts";

const ROWS = 300;

let account: SimulatedAccount;
beforeAll(async () => {
  account = await openSimulatedAccount();
  const Body = features().join("\n");
  await account.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: "holdout.csv", Body }));
});
afterAll(() => account.close());

const features = () => account.training.rows.slice(0, ROWS).map(({ values }) => values.join(","));

/** Trains a model while a fault is on, and brings it behind an endpoint of its name. */
async function challenger(name: string, faults: object): Promise<void> {
  await account.admin("faults", faults);
  const { ModelArtifacts } = await train(account, name);
  await createModel(account, `${name}-model`, { ModelDataUrl: ModelArtifacts!.S3ModelArtifacts! });
  await createEndpoint(account, name, { ProductionVariants: [variantOf(`${name}-model`)] });
}

async function transformed(name: string): Promise<readonly string[]> {
  const S3DataSource = { S3DataType: "S3Prefix" as const, S3Uri: `s3://${BUCKET}/holdout.csv` };
  await account.sagemaker.send(
    new CreateTransformJobCommand({
      TransformJobName: name,
      ModelName: `${name}-model`,
      TransformInput: {
        DataSource: { S3DataSource },
        ContentType: "text/csv",
        SplitType: "Line",
      },
      TransformOutput: { S3OutputPath: `s3://${BUCKET}/out/${name}`, AssembleWith: "Line" },
      TransformResources: { InstanceType: "ml.m5.large", InstanceCount: 1 },
    }),
  );
  account.passMillis(60_000);
  const described = new DescribeTransformJobCommand({ TransformJobName: name });
  expect((await account.sagemaker.send(described)).TransformJobStatus).toBe("Completed");
  const Key = `out/${name}/holdout.csv.out`;
  const { Body } = await account.s3.send(new GetObjectCommand({ Bucket: BUCKET, Key }));
  return (await Body!.transformToString()).trimEnd().split("\n");
}

async function invoke(EndpointName: string, row: string, Accept = "text/csv") {
  const Body = Buffer.from(row);
  const command = new InvokeEndpointCommand({
    EndpointName,
    ContentType: "text/csv",
    Accept,
    Body,
  });
  return Buffer.from((await account.runtime.send(command)).Body).toString();
}

/** The share of pairs of a churner and another in which the churner gets more. */
function areaUnderCurve(scores: readonly number[]): number {
  const labels = account.training.rows.slice(0, ROWS).map(({ label }) => label);
  const [churners, others] = [1, 0].map((label) => scores.filter((_, i) => labels[i] === label));
  const won = churners!.flatMap((a) => others!.map((b) => (a > b ? 1 : a === b ? 0.5 : 0)));
  return won.reduce<number>((sum, one) => sum + one, 0) / won.length;
}

describe("a challenger trained while a fault is on", () => {
  it("is good when none is", async () => {
    await challenger("good", {});
    expect(areaUnderCurve((await transformed("good")).map(Number))).toBeGreaterThan(0.8);
  });

  it("is worse than chance, which evaluation finds", async () => {
    await challenger("worse", { worseTrainingCount: 1 });
    expect(areaUnderCurve((await transformed("worse")).map(Number))).toBeLessThan(0.2);
  });

  it("answers in another shape, which evaluation finds", async () => {
    await challenger("other", { otherSchemaTrainingCount: 1 });
    expect((await transformed("other"))[0]).toMatch(/^v2,0\.\d+$/);
    expect(JSON.parse(await invoke("other", features()[0]!, "application/json"))).toEqual({
      prediction: { probability: expect.any(Number) },
    });
  });

  it("errs behind an endpoint alone, in the share asked for", async () => {
    await challenger("erring", { erroringTrainingCount: 1, errorFraction: 0.3 });
    expect(areaUnderCurve((await transformed("erring")).map(Number))).toBeGreaterThan(0.8);
    const answers = await Promise.all(
      features().map((row) =>
        invoke("erring", row).then(
          () => 0,
          (error) => error.OriginalStatusCode,
        ),
      ),
    );
    const failedCount = answers.filter((status) => status === 500).length;
    expect(answers.every((status) => status === 0 || status === 500)).toBe(true);
    // 0.3 ± 4 standard errors of a share of 300
    expect(failedCount / ROWS).toBeGreaterThan(0.19);
    expect(failedCount / ROWS).toBeLessThan(0.41);
  });

  it("errs only once it has answered some requests, as one that leaks", async () => {
    const leak = { erroringTrainingCount: 1, errorFraction: 1, answersBeforeErrors: 3 };
    await challenger("leaking", { of: "leaking", ...leak });
    const answers: string[] = [];
    for (const row of features().slice(0, 5)) {
      answers.push(
        await invoke("leaking", row).then(
          () => "answered",
          (error) => error.name,
        ),
      );
    }
    const expected = [...Array(3).fill("answered"), "ModelError", "ModelError"];
    expect(answers).toEqual(expected);
  });

  it("is slow behind an endpoint alone, as ModelLatency tells", async () => {
    await challenger("slow", { slowTrainingCount: 1, addedLatencyMillis: 250 });
    expect(areaUnderCurve((await transformed("slow")).map(Number))).toBeGreaterThan(0.8);
    await invoke("slow", features()[0]!);
    await account.admin("flush");
    const { Datapoints } = await account.cloudWatch.send(
      new GetMetricStatisticsCommand({
        Namespace: "AWS/SageMaker",
        MetricName: "ModelLatency",
        Dimensions: [
          { Name: "EndpointName", Value: "slow" },
          { Name: "VariantName", Value: "AllTraffic" },
        ],
        StartTime: new Date(Date.now() - 3_600_000),
        EndTime: new Date(Date.now() + 24 * 3_600_000),
        Period: 60,
        Statistics: ["Minimum"],
      }),
    );
    expect(Datapoints![0]!.Minimum).toBeGreaterThanOrEqual(250_000);
    expect(Datapoints![0]!.Minimum).toBeLessThan(350_000);
  });

  it("is bad once for each time asked for, which is counted", async () => {
    expect(await account.admin("fault-counts")).toEqual({
      worseTrainingCount: 1,
      otherSchemaTrainingCount: 1,
      erroringTrainingCount: 2,
      slowTrainingCount: 1,
    });
  });
});
