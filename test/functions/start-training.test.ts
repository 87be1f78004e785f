import { createHash } from "node:crypto";
import {
  CreateTrainingJobCommand,
  ResourceInUse,
  SageMakerClient,
  StartPipelineExecutionCommand,
} from "@aws-sdk/client-sagemaker";
import { SendTaskSuccessCommand, SFNClient } from "@aws-sdk/client-sfn";
import { mockClient } from "aws-sdk-client-mock";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { handler } from "../../functions/start-training/handler.ts";
import { readAudit } from "../../shared/aws/self-healing/audit.ts";
import { acquireLock } from "../../shared/aws/self-healing/endpoint-lock.ts";
import { listPending } from "../../shared/aws/self-healing/pending-tasks.ts";
import { writeRun } from "../../shared/aws/self-healing/runs.ts";
import { RUN } from "../shared/aws/self-healing/run-sample.ts";
import { definitionWith } from "../shared/window/sample-definition.ts";
import { MemoryTable } from "./memory-table.ts";

vi.hoisted(() => {
  process.env.POWERTOOLS_LOG_LEVEL = "SILENT";
  process.env.AWS_REGION = "us-east-1";
  process.env.PLUMBLINE_STAGE = "test";
  process.env.PLUMBLINE_BUCKET = "bucket";
  process.env.PLUMBLINE_TRAINING_IMAGES = "xgboost=image";
  process.env.PLUMBLINE_TRAINING_ROLES = "training=role";
});

const CONTEXT = { awsRequestId: "request", functionName: "function" } as never;
const { run } = RUN;
const task = { run, at: RUN.startedAt, taskToken: "token", attempt: 1 };

const machine = mockClient(SFNClient);
const sagemaker = mockClient(SageMakerClient);
let table: MemoryTable;
beforeEach(() => {
  table = new MemoryTable();
  machine.reset();
  sagemaker.reset();
  machine.on(SendTaskSuccessCommand).resolves({});
});
afterEach(() => table.close());

async function beginRun(retraining: string): Promise<void> {
  const { fence } = await acquireLock({ endpoint: "churn", run }, Date.parse(RUN.startedAt));
  const definition = definitionWith({ more: `retraining: ${retraining}\n` });
  await writeRun({ ...RUN, definition, fence });
}

const answers = () =>
  machine
    .commandCalls(SendTaskSuccessCommand)
    .map(({ args: [{ input }] }) => [input.taskToken, JSON.parse(input.output!)]);

/** SageMaker makes a job of a name once. */
function takeJobs(): Set<string> {
  const jobs = new Set<string>();
  sagemaker.on(CreateTrainingJobCommand).callsFake(({ TrainingJobName: name }) => {
    if (jobs.has(name)) throw new ResourceInUse({ message: "in use", $metadata: {} });
    jobs.add(name);
    return {};
  });
  return jobs;
}

describe("a training job", () => {
  it("is started once and waited for, wherever the function dies and however often it is tried", async () => {
    for (let crashAt = 1; ; crashAt++) {
      table.items.clear();
      await beginRun("{ trainingJob: { image: xgboost, role: training } }");
      const jobs = takeJobs();
      let momentCount = 0;
      table.around = () => {
        momentCount += 1;
        // Whoever answers the task by an event must find its audit.
        if (jobs.size > 0) expect(table.item(`run#${run}`, "audit#start-training.1")).toBeDefined();
        if (momentCount === crashAt) throw new Error("died");
      };
      const died = await handler(task, CONTEXT).then(
        () => false,
        () => true,
      );
      table.around = () => {};
      await handler({ ...task, taskToken: "newer" }, CONTEXT);
      expect([...jobs]).toEqual([`${run}-t1`]);
      expect(await listPending()).toEqual([
        {
          ...{ kind: "training-job", name: `${run}-t1`, run, endpoint: "churn" },
          ...{ taskToken: "newer", since: RUN.startedAt },
        },
      ]);
      expect((await readAudit(run)).map(({ step }) => step)).toEqual(["start-training.1"]);
      expect(answers()).toEqual([]);
      if (!died) {
        expect(crashAt).toBeGreaterThan(8);
        return;
      }
    }
  });

  it("that SageMaker refuses is answered at once, and waited for no longer", async () => {
    await beginRun("{ trainingJob: { image: xgboost, role: training } }");
    const refusal = Object.assign(new ResourceInUse({ message: "no such role", $metadata: {} }), {
      name: "ValidationException",
    });
    sagemaker.on(CreateTrainingJobCommand).rejects(refusal);
    await handler(task, CONTEXT);
    const reason = "SageMaker refused the training job: no such role";
    expect(answers()).toEqual([["token", { outcome: "failed", reason }]]);
    expect(await listPending()).toEqual([]);
  });

  it("of an image that the stage does not list is never asked for", async () => {
    await beginRun("{ trainingJob: { image: other, role: training } }");
    await handler(task, CONTEXT);
    expect(answers()).toMatchObject([["token", { outcome: "failed" }]]);
    expect(sagemaker.calls()).toEqual([]);
  });

  it("is none of a run that has lost its endpoint", async () => {
    await beginRun("{ trainingJob: { image: xgboost, role: training } }");
    await acquireLock({ endpoint: "churn", run: "other" }, Date.parse("2027-01-01T00:00:00Z"));
    await expect(handler(task, CONTEXT)).rejects.toMatchObject({ code: "lock-lost" });
    expect(sagemaker.calls()).toEqual([]);
  });
});

describe("a pipeline", () => {
  it("is started under a token of the run, and waited for by its execution", async () => {
    await beginRun("{ pipeline: { name: churn-training, parameters: { Depth: 4 } } }");
    const executionArn = "arn:aws:sagemaker:us-east-1:1:pipeline/churn-training/execution/abc";
    sagemaker.on(StartPipelineExecutionCommand).resolves({ PipelineExecutionArn: executionArn });
    await handler(task, CONTEXT);
    const [call] = sagemaker.commandCalls(StartPipelineExecutionCommand);
    expect(call!.args[0].input).toEqual({
      PipelineName: "churn-training",
      PipelineExecutionDisplayName: run,
      PipelineParameters: [
        { Name: "Depth", Value: "4" },
        { Name: "TrainingManifest", Value: `s3://bucket/training/${run}/train.manifest` },
        { Name: "ModelOutput", Value: `s3://bucket/models/${run}/` },
      ],
      ClientRequestToken: createHash("sha256").update(run).digest("hex"),
    });
    expect(await listPending()).toMatchObject([{ kind: "pipeline-execution", name: executionArn }]);
    expect(await readAudit(run)).toMatchObject([{ seen: { pipelineExecution: executionArn } }]);
  });
});
