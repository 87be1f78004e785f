import { PutObjectCommand } from "@aws-sdk/client-s3";
import {
  CreatePipelineCommand,
  DescribePipelineCommand,
  DescribePipelineExecutionCommand,
  DescribeTrainingJobCommand,
  ListPipelineExecutionStepsCommand,
  StartPipelineExecutionCommand,
  type StartPipelineExecutionCommandInput,
  StopPipelineExecutionCommand,
} from "@aws-sdk/client-sagemaker";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CHURN_IMAGE } from "../../../local/churn/churn-model.ts";
import { BUCKET, openSimulatedAccount, ROLE, type SimulatedAccount } from "../simulated-account.ts";
import { listenToEvents, type ReceivedEvent } from "../simulated-events.ts";

const TOKEN = "0123456789abcdef0123456789abcdef";
const PIPELINE = "arn:aws:sagemaker:us-east-1:000000000000:pipeline/churn-retraining";

let account: SimulatedAccount;
let received: () => Promise<readonly ReceivedEvent[]>;
beforeAll(async () => {
  account = await openSimulatedAccount();
  received = await listenToEvents(account);
  const { rows } = account.training;
  const Body = rows.map(({ label, values }) => [label, ...values].join(",")).join("\n");
  await account.s3.send(new PutObjectCommand({ Bucket: BUCKET, Key: "rows.csv", Body }));
  await create("churn-retraining", [trainingStep("Train")]);
});
afterAll(() => account.close());

const send: SimulatedAccount["sagemaker"]["send"] = ((command: never) =>
  account.sagemaker.send(command)) as never;

function trainingStep(Name: string, image = CHURN_IMAGE) {
  return {
    Name,
    Type: "Training",
    Arguments: {
      RoleArn: ROLE,
      AlgorithmSpecification: { TrainingImage: image, TrainingInputMode: "File" },
      InputDataConfig: [
        {
          ChannelName: "train",
          DataSource: {
            S3DataSource: { S3DataType: "S3Prefix", S3Uri: { Get: "Parameters.TrainingData" } },
          },
        },
      ],
      OutputDataConfig: {
        S3OutputPath: {
          "Std:Join": {
            On: "/",
            Values: [`s3://${BUCKET}/models`, { Get: "Execution.PipelineExecutionId" }],
          },
        },
      },
      ResourceConfig: {
        InstanceType: "ml.m5.xlarge",
        InstanceCount: { Get: "Parameters.InstanceCount" },
        VolumeSizeInGB: 5,
      },
      StoppingCondition: { MaxRuntimeInSeconds: 3600 },
    },
  };
}

async function create(PipelineName: string, Steps: readonly object[]): Promise<void> {
  const Parameters = [
    { Name: "TrainingData", Type: "String" },
    { Name: "InstanceCount", Type: "Integer", DefaultValue: 1 },
  ];
  const PipelineDefinition = JSON.stringify({ Version: "2020-12-01", Parameters, Steps });
  const ClientRequestToken = TOKEN;
  await send(
    new CreatePipelineCommand({
      PipelineName,
      RoleArn: ROLE,
      PipelineDefinition,
      ClientRequestToken,
    }),
  );
}

async function start(changes: Partial<StartPipelineExecutionCommandInput> = {}): Promise<string> {
  const { PipelineExecutionArn } = await send(
    new StartPipelineExecutionCommand({
      PipelineName: "churn-retraining",
      PipelineExecutionDisplayName: "churn-1a2b",
      PipelineParameters: [{ Name: "TrainingData", Value: `s3://${BUCKET}/rows.csv` }],
      ClientRequestToken: TOKEN,
      ...changes,
    }),
  );
  return PipelineExecutionArn!;
}

const read = async (PipelineExecutionArn: string) =>
  await send(new DescribePipelineExecutionCommand({ PipelineExecutionArn }));

const stepsOf = async (PipelineExecutionArn: string) => {
  const command = new ListPipelineExecutionStepsCommand({ PipelineExecutionArn });
  return (await send(command)).PipelineExecutionSteps!;
};

describe("a pipeline", () => {
  it("trains by its step, with the parameters given, once for a token", async () => {
    await received();
    const arn = await start();
    expect(arn).toMatch(/:pipeline\/churn-retraining\/execution\/[a-z0-9]{12}$/);
    expect(await start()).toBe(arn);
    expect(await read(arn)).toMatchObject({
      PipelineArn: PIPELINE,
      PipelineExecutionDisplayName: "churn-1a2b",
      PipelineExecutionStatus: "Executing",
    });
    account.passMillis(60_000);
    expect((await read(arn)).PipelineExecutionStatus).toBe("Succeeded");
    const [step] = await stepsOf(arn);
    expect(step).toMatchObject({ StepName: "Train", StepStatus: "Succeeded" });
    const TrainingJobName = step!.Metadata!.TrainingJob!.Arn!.split("/").at(-1);
    const id = arn.split("/").at(-1);
    // ARNs are in lower case; names are found whatever their case.
    expect(TrainingJobName).toMatch(new RegExp(`^pipelines-${id}-train-[0-9a-f]{10}$`));
    const job = await send(new DescribeTrainingJobCommand({ TrainingJobName }));
    expect(job.ModelArtifacts!.S3ModelArtifacts).toBe(
      `s3://${BUCKET}/models/${id}/${job.TrainingJobName}/output/model.tar.gz`,
    );
    const told = (await received()).filter(({ resources }) => resources.includes(PIPELINE));
    expect(
      told.map((event) => [event["detail-type"].split(" ").slice(3, 5).join(" "), event.detail]),
    ).toMatchObject([
      ["Pipeline Execution", { currentPipelineExecutionStatus: "Executing" }],
      ["Pipeline Execution", { stepName: "Train", currentStepStatus: "Executing" }],
      ["Pipeline Execution", { stepName: "Train", currentStepStatus: "Succeeded" }],
      [
        "Pipeline Execution",
        {
          currentPipelineExecutionStatus: "Succeeded",
          previousPipelineExecutionStatus: "Executing",
          pipelineExecutionArn: arn,
          executionEndTime: expect.stringMatching(/^\d{4}-.*:\d\dZ$/),
        },
      ],
    ]);
  });

  it("runs its steps one after the other, and fails with the first that fails", async () => {
    await create("two-steps", [trainingStep("First"), trainingStep("Second", "nobody/knows:1")]);
    const arn = await start({ PipelineName: "two-steps" });
    account.passMillis(60_000);
    await read(arn);
    account.passMillis(60_000);
    expect(await read(arn)).toMatchObject({
      PipelineExecutionStatus: "Failed",
      FailureReason: "Step failure: One or multiple steps failed.",
    });
    const statuses = (await stepsOf(arn)).map(({ StepName, StepStatus }) => [StepName, StepStatus]);
    expect(Object.fromEntries(statuses)).toEqual({ First: "Succeeded", Second: "Failed" });
  });

  it("fails with a step that SageMaker refuses, and says why", async () => {
    const PipelineParameters = [
      { Name: "TrainingData", Value: `s3://${BUCKET}/rows.csv` },
      { Name: "InstanceCount", Value: "0" },
    ];
    const arn = await start({ PipelineParameters, ClientRequestToken: `${TOKEN}-refused` });
    expect((await read(arn)).PipelineExecutionStatus).toBe("Failed");
    expect((await stepsOf(arn))[0]!.FailureReason).toMatch(
      /^ClientError: Failed to invoke sagemaker:CreateTrainingJob\..*instanceCount/,
    );
  });

  it("stops with its training job", async () => {
    const PipelineExecutionArn = await start({ ClientRequestToken: `${TOKEN}-stopped` });
    const stop = { PipelineExecutionArn, ClientRequestToken: TOKEN };
    await send(new StopPipelineExecutionCommand(stop));
    expect((await read(PipelineExecutionArn)).PipelineExecutionStatus).toBe("Stopping");
    account.passMillis(60_000);
    expect((await read(PipelineExecutionArn)).PipelineExecutionStatus).toBe("Stopped");
    await expect(send(new StopPipelineExecutionCommand(stop))).rejects.toThrow("cannot be stopped");
  });

  it.each([
    { why: "an unknown pipeline", changes: { PipelineName: "nobody" }, name: "ResourceNotFound" },
    {
      why: "a missing parameter",
      changes: { PipelineParameters: [] },
      name: "ValidationException",
    },
    {
      why: "an unknown parameter",
      changes: { PipelineParameters: [{ Name: "Other", Value: "x" }] },
      name: "ValidationException",
    },
    { why: "a short token", changes: { ClientRequestToken: "t" }, name: "ValidationException" },
  ])("is refused with $why", async ({ changes, name }) => {
    const input = { ClientRequestToken: `${TOKEN}-no`, ...changes };
    expect(await start(input).catch((error) => error.name)).toBe(name);
  });

  it("is described as it was created, and only of steps that can run here", async () => {
    const pipeline = await send(new DescribePipelineCommand({ PipelineName: "churn-retraining" }));
    expect(pipeline).toMatchObject({ PipelineArn: PIPELINE, PipelineStatus: "Active" });
    const steps = [{ Name: "Check", Type: "Condition", Arguments: {} }];
    await expect(create("other", steps)).rejects.toThrow("Invalid pipeline definition");
    await expect(create("churn-retraining", steps)).rejects.toThrow("already exists");
  });
});
