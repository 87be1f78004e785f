import { readFileSync } from "node:fs";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import {
  DescribeEndpointCommand,
  DescribePipelineExecutionCommand,
  DescribeTrainingJobCommand,
  DescribeTransformJobCommand,
  SageMakerClient,
} from "@aws-sdk/client-sagemaker";
import {
  DescribeExecutionCommand,
  ExecutionDoesNotExist,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
  TaskTimedOut,
} from "@aws-sdk/client-sfn";
import { mockClient } from "aws-sdk-client-mock";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { handler } from "../../functions/resume-execution/handler.ts";
import { listRollBacks } from "../../shared/aws/canary/roll-back-requests.ts";
import { readAudit } from "../../shared/aws/self-healing/audit.ts";
import { LEASE_MILLIS, readLock } from "../../shared/aws/self-healing/endpoint-lock.ts";
import { listPending, storePending } from "../../shared/aws/self-healing/pending-tasks.ts";
import { listUnendedRuns, readRun, updateRun } from "../../shared/aws/self-healing/runs.ts";
import { startRun } from "../../shared/aws/self-healing/start-run.ts";
import type { PendingKind } from "../../shared/contracts/self-healing/pending-task.ts";
import { RUN } from "../shared/aws/self-healing/run-sample.ts";
import { MemoryTable } from "./memory-table.ts";

vi.hoisted(() => {
  process.env.POWERTOOLS_LOG_LEVEL = "SILENT";
  process.env.AWS_REGION = "us-east-1";
  process.env.PLUMBLINE_EVENT_SOURCE = "plumbline.test";
  process.env.PLUMBLINE_STATE_MACHINE_ARN =
    "arn:aws:states:us-east-1:000000000000:stateMachine:plumbline-test-self-healing";
});

const CONTEXT = { awsRequestId: "request", functionName: "function" } as never;
const NOW = Date.parse(RUN.startedAt);
const $metadata = {};
const sample = (name: string) =>
  JSON.parse(readFileSync(`events/resume-execution/${name}.json`, "utf8"));

const machine = mockClient(SFNClient);
const bus = mockClient(EventBridgeClient);
const sagemaker = mockClient(SageMakerClient);
let table: MemoryTable;
beforeEach(async () => {
  table = new MemoryTable();
  for (const mock of [machine, bus, sagemaker]) mock.reset();
  machine.on(StartExecutionCommand).resolves({});
  machine.on(SendTaskSuccessCommand).resolves({});
  machine.on(DescribeExecutionCommand).resolves({ status: "RUNNING" });
  bus.on(PutEventsCommand).resolves({});
  const start = { record: RUN, decision: { seen: {}, inputs: [] } };
  expect(await startRun(start, NOW)).toMatchObject({ outcome: "started" });
});
afterEach(() => table.close());

const pend = (kind: PendingKind, name: string, taskToken = `token-of-${kind}`) =>
  storePending({
    ...{ kind, name, taskToken, run: RUN.run, endpoint: "churn" },
    since: "2026-01-15T10:31:00Z",
  });
const answers = () =>
  machine
    .commandCalls(SendTaskSuccessCommand)
    .map(({ args: [{ input }] }) => [input.taskToken, JSON.parse(input.output!)]);
const events = () =>
  bus
    .commandCalls(PutEventsCommand)
    .flatMap(({ args: [{ input }] }) => input.Entries!.map(({ Detail }) => JSON.parse(Detail!)));

describe("a task that waits", () => {
  it.each([
    ["training-job", "churn-0123456789-t1", "trained"],
    ["transform-job", "churn-0123456789-e", "failed"],
    ["pipeline", sample("pipeline").detail.pipelineExecutionArn, "trained"],
  ])("is answered when SageMaker tells of its %s", async (event, name, outcome) => {
    const kind = event === "pipeline" ? "pipeline-execution" : (event as PendingKind);
    await pend(kind, name);
    await pend("bake", RUN.run);
    sagemaker.on(DescribeTrainingJobCommand).resolves({ TrainingJobStatus: "Completed" });
    sagemaker.on(DescribeTransformJobCommand).resolves({ TransformJobStatus: "Failed" });
    sagemaker
      .on(DescribePipelineExecutionCommand)
      .resolves({ PipelineExecutionStatus: "Succeeded" });
    await handler(sample(event), CONTEXT);
    await handler(sample(event), CONTEXT);
    expect(answers()).toEqual([
      [`token-of-${kind}`, { outcome, reason: expect.stringMatching(/./) }],
    ]);
    expect(await listPending()).toMatchObject([{ kind: "bake" }]);
  });

  it("is not answered by what the event says, but by what is there", async () => {
    await pend("training-job", "churn-0123456789-t1");
    sagemaker.on(DescribeTrainingJobCommand).resolves({ TrainingJobStatus: "InProgress" });
    await handler(sample("training-job"), CONTEXT);
    expect(answers()).toEqual([]);
    expect(await listPending()).toHaveLength(1);
  });

  it("is found by the sweep when its event was lost, beside one that cannot be described", async () => {
    await pend("training-job", "churn-0123456789-t1");
    await pend("transform-job", "churn-0123456789-e");
    sagemaker.on(DescribeTrainingJobCommand).rejects(new Error("throttled"));
    sagemaker.on(DescribeTransformJobCommand).resolves({ TransformJobStatus: "Completed" });
    await expect(handler(sample("scheduled-event"), CONTEXT)).rejects.toThrow(
      "1 of 3 failed: must all be looked after",
    );
    expect(answers()).toMatchObject([["token-of-transform-job", { outcome: "transformed" }]]);
    expect(await listPending()).toMatchObject([{ kind: "training-job" }]);
  });

  it("is forgotten when nobody waits for it any more", async () => {
    await pend("training-job", "churn-0123456789-t1");
    sagemaker.on(DescribeTrainingJobCommand).resolves({ TrainingJobStatus: "Completed" });
    machine.on(SendTaskSuccessCommand).rejects(new TaskTimedOut({ message: "", $metadata }));
    await handler(sample("training-job"), CONTEXT);
    expect(await listPending()).toEqual([]);
  });
});

describe("an endpoint that a task changes", () => {
  const LastModifiedTime = new Date("2026-01-15T10:31:20Z");
  const serving = (EndpointConfigName: string) =>
    sagemaker.on(DescribeEndpointCommand).resolves({
      ...{ EndpointName: "churn", EndpointStatus: "InService", LastModifiedTime },
      EndpointConfigName,
      ProductionVariants: [],
    } as never);
  beforeEach(() =>
    storePending({
      ...{ kind: "endpoint", name: "churn", taskToken: "token", run: RUN.run, endpoint: "churn" },
      ...{ since: "2026-01-15T10:31:00Z", modifiedBefore: "2026-01-01T00:00:00.000Z" },
      target: { configName: "churn-0123456789-canary" },
    }),
  );

  it("answers it when it is settled, and says when it went back instead", async () => {
    serving("churn-0123456789-canary");
    await handler(sample("endpoint"), CONTEXT);
    expect(answers()).toMatchObject([["token", { outcome: "applied" }]]);
    expect(await listPending()).toEqual([]);
  });

  it("answers it with the sweep when it went back to what it served before", async () => {
    serving("churn-1");
    await handler(sample("scheduled-event"), CONTEXT);
    expect(answers()).toMatchObject([["token", { outcome: "rolled-back" }]]);
  });
});

describe("a run that has not ended", () => {
  it("keeps its lock as long as its execution goes on", async () => {
    const at = Date.parse(sample("scheduled-event").time);
    await handler(sample("scheduled-event"), CONTEXT);
    expect(await readLock("churn")).toMatchObject({
      run: RUN.run,
      leaseUntilMillis: at + LEASE_MILLIS,
    });
  });

  it("is started when whoever started it died before its execution", async () => {
    machine
      .on(DescribeExecutionCommand)
      .rejects(new ExecutionDoesNotExist({ message: "", $metadata }));
    machine.resetHistory();
    await handler(sample("scheduled-event"), CONTEXT);
    expect(machine.commandCalls(StartExecutionCommand)).toHaveLength(1);
  });

  it.each(["broken-off", "scheduled-event"])(
    "is concluded by %s when its execution was stopped before its model had traffic",
    async (event) => {
      machine.on(DescribeExecutionCommand).resolves({ status: "ABORTED", cause: "by hand" });
      await pend("training-job", "churn-0123456789-t1");
      sagemaker.on(DescribeTrainingJobCommand).resolves({ TrainingJobStatus: "InProgress" });
      await handler(sample(event), CONTEXT);
      const reason = "execution ABORTED: by hand";
      const ended = { outcome: "failed", reason, at: new Date(sample(event).time).toISOString() };
      expect(await readRun(RUN.run)).toMatchObject({ ended });
      expect(await readLock("churn")).toMatchObject({ run: null, fence: 1 });
      expect([await listUnendedRuns(), await listPending()]).toEqual([[], []]);
      const [, last] = await readAudit(RUN.run);
      expect(last).toMatchObject({ step: "conclude-run", decision: "failed", reason });
      expect(events().at(-1)).toEqual({
        ...{ run: RUN.run, endpoint: "churn", stage: "ended", outcome: "failed", reason },
      });
    },
  );

  it("is rolled back first when its model may have traffic", async () => {
    const candidate = { variant: "green", modelName: "m", endpointConfigName: "c" };
    await updateRun(await readRun(RUN.run), { candidate: candidate as never });
    machine.on(DescribeExecutionCommand).resolves({ status: "FAILED", error: "E" });
    await handler(sample("broken-off"), CONTEXT);
    expect(await listRollBacks()).toMatchObject([
      { run: RUN.run, endpoint: "churn", reason: "execution FAILED: E" },
    ]);
    expect((await readRun(RUN.run)).ended).toBeUndefined();
    expect(await readLock("churn")).toMatchObject({ run: RUN.run });
  });

  it("is concluded to the last step when that broke off", async () => {
    const ended = { outcome: "no-data", reason: "0 rows", at: RUN.startedAt } as const;
    await updateRun(await readRun(RUN.run), { ended });
    await handler(sample("scheduled-event"), CONTEXT);
    expect(await readRun(RUN.run)).toMatchObject({ ended });
    expect(await readLock("churn")).toMatchObject({ run: null });
    expect(await listUnendedRuns()).toEqual([]);
  });

  it("is forgotten when its record was never written and its lease is over", async () => {
    table.items.delete(`run#${RUN.run} run`);
    const late = { ...sample("scheduled-event"), time: "2026-01-15T10:40:00Z" };
    await handler(late, CONTEXT);
    expect(await listUnendedRuns()).toHaveLength(1);
    await handler(sample("scheduled-event"), CONTEXT);
    expect(await listUnendedRuns()).toEqual([]);
    expect(await readLock("churn")).toMatchObject({ run: null });
  });
});

describe("every sample", () => {
  it.each(["endpoint", "training-job", "transform-job", "pipeline"])(
    "of %s that nobody waits for changes nothing",
    async (name) => {
      const before = structuredClone(Object.fromEntries(table.items));
      await handler(sample(name), CONTEXT);
      expect(Object.fromEntries(table.items)).toEqual(before);
    },
  );
});
