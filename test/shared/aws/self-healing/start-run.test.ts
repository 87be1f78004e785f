import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import {
  DescribeExecutionCommand,
  ExecutionAlreadyExists,
  ExecutionDoesNotExist,
  InvalidToken,
  SendTaskSuccessCommand,
  SFNClient,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";
import { mockClient } from "aws-sdk-client-mock";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { readAudit } from "../../../../shared/aws/self-healing/audit.ts";
import { LEASE_MILLIS, readLock } from "../../../../shared/aws/self-healing/endpoint-lock.ts";
import { answerTask, describeExecution } from "../../../../shared/aws/self-healing/executions.ts";
import { readRun, updateRun } from "../../../../shared/aws/self-healing/runs.ts";
import { startRun } from "../../../../shared/aws/self-healing/start-run.ts";
import { MemoryTable } from "../../../functions/memory-table.ts";
import { RUN } from "./run-sample.ts";

vi.hoisted(() => {
  process.env.AWS_REGION = "us-east-1";
  process.env.PLUMBLINE_EVENT_SOURCE = "plumbline.test";
  process.env.PLUMBLINE_STATE_MACHINE_ARN =
    "arn:aws:states:us-east-1:000000000000:stateMachine:plumbline-test-self-healing";
});

const NOW = Date.parse(RUN.startedAt);
const START = { record: RUN, decision: { seen: { auc: 0.71 }, inputs: [] } };
const ARN =
  "arn:aws:states:us-east-1:000000000000:execution:plumbline-test-self-healing:churn-0123456789";
const $metadata = {};

const machine = mockClient(SFNClient);
const bus = mockClient(EventBridgeClient);
let table: MemoryTable;
beforeEach(() => {
  table = new MemoryTable();
  machine.reset();
  bus.reset();
  const started = new Set<string>();
  machine.on(StartExecutionCommand).callsFake(({ name }) => {
    table.around("StartExecution", "before");
    const isKnown = started.has(name);
    started.add(name);
    table.around("StartExecution", "after");
    if (isKnown) throw new ExecutionAlreadyExists({ message: "", $metadata });
    return {};
  });
  bus.on(PutEventsCommand).callsFake(() => {
    table.around("PutEvents", "before");
    table.around("PutEvents", "after");
    return {};
  });
});
afterEach(() => table.close());

describe("startRun", () => {
  it("locks the endpoint, says why, writes the record and starts the execution", async () => {
    const record = { ...RUN, executionArn: ARN, fence: 1 };
    expect(await startRun(START, NOW)).toEqual({ outcome: "started", record });
    expect(await readRun(RUN.run)).toEqual(record);
    expect(await readLock("churn")).toMatchObject({ run: RUN.run, fence: 1 });
    expect(await readAudit(RUN.run)).toEqual([
      {
        ...{ run: RUN.run, endpoint: "churn", step: "decide-retraining", at: RUN.startedAt },
        ...{ by: "decide-retraining", decision: "retrain", reason: RUN.reason },
        ...START.decision,
      },
    ]);
    expect(machine.commandCalls(StartExecutionCommand)[0]!.args[0].input).toMatchObject({
      name: RUN.run,
    });
    const { input } = machine.commandCalls(StartExecutionCommand)[0]!.args[0].input;
    expect(JSON.parse(input!)).toEqual({
      ...{ run: RUN.run, endpoint: "churn" },
      ...{ approvalRequired: true, strategy: "weights", stepCount: 1 },
    });
  });

  it("leaves an endpoint to the run that has it, also when its lease is over", async () => {
    await startRun(START, NOW);
    const other = { ...START, record: { ...RUN, run: "churn-other" } };
    const busy = { outcome: "busy", holder: RUN.run };
    expect(await startRun(other, NOW + 1)).toEqual(busy);
    expect(await startRun(other, NOW + LEASE_MILLIS + 1)).toEqual(busy);
    await updateRun(await readRun(RUN.run), {
      ended: { outcome: "no-data", reason: "0 rows", at: RUN.startedAt },
    });
    expect(await startRun(other, NOW + LEASE_MILLIS + 1)).toMatchObject({
      outcome: "started",
      record: { fence: 2 },
    });
    expect(await startRun(START, NOW)).toMatchObject({ outcome: "ended" });
  });

  it("comes to the same when it is repeated after it died before or after any call", async () => {
    await startRun(START, NOW);
    const whole = Object.fromEntries(table.items);
    let moment = 0;
    for (; await diesAt(moment); moment++) {
      expect(await startRun(START, NOW)).toMatchObject({ outcome: "started" });
      expect(Object.fromEntries(table.items)).toEqual(whole);
    }
    expect(moment).toBe(21);
  });

  /** Starts on an empty table, to die at one moment; false when that lies behind its end. */
  async function diesAt(moment: number): Promise<boolean> {
    table.items.clear();
    let passed = 0;
    table.around = () => {
      if (passed++ === moment) throw new Error("died");
    };
    const end = await startRun(START, NOW).catch((error: Error) => error.message);
    table.around = () => {};
    return end === "died";
  }
});

describe("an execution", () => {
  it("is told apart from one that was never started, with its error", async () => {
    machine.on(DescribeExecutionCommand).resolves({ status: "FAILED", error: "E", cause: "why" });
    expect(await describeExecution(RUN.run)).toEqual({ status: "FAILED", reason: "E: why" });
    machine.on(DescribeExecutionCommand).resolves({ status: "RUNNING" });
    expect(await describeExecution(RUN.run)).toMatchObject({ status: "RUNNING" });
    machine
      .on(DescribeExecutionCommand)
      .rejects(new ExecutionDoesNotExist({ message: "", $metadata }));
    expect(await describeExecution(RUN.run)).toBeNull();
  });

  it("is answered as long as it waits", async () => {
    const value = { outcome: "trained", reason: "in 7 minutes" };
    machine
      .on(SendTaskSuccessCommand)
      .resolvesOnce({})
      .rejectsOnce(new InvalidToken({ message: "", $metadata }))
      .rejectsOnce(new Error("throttled"));
    expect(await answerTask("token", value)).toBe(true);
    expect(await answerTask("token", value)).toBe(false);
    await expect(answerTask("token", value)).rejects.toThrow("throttled");
  });
});
