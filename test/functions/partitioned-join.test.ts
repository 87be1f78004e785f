import { ExecutionAlreadyExists, SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { mockClient } from "aws-sdk-client-mock";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { handler as checkHandler } from "../../functions/check-model-quality/handler.ts";
import { handler as partitionHandler } from "../../functions/join-partition/handler.ts";
import { handler as mergeHandler } from "../../functions/merge-partitions/handler.ts";
import { handler as planHandler } from "../../functions/plan-join/handler.ts";
import { countCapture } from "../../shared/aws/captured-hours.ts";
import type { JoinPlan } from "../../shared/aws/joins/plan-join.ts";
import { countLabels } from "../../shared/aws/label-hours.ts";
import { groundTruthKey } from "../../shared/contracts/storage-keys.ts";
import { HOUR_MILLIS } from "../../shared/window/window.ts";
import { captureLines, labelLines } from "../shared/labels/random-lines.ts";
import { definitionText } from "../shared/window/sample-definition.ts";
import { QualityAccount } from "./quality-account.ts";
import { QUALITY_BASELINE_TEXT } from "./quality-lines.ts";

// Before the handlers are loaded, and their logger with them.
vi.hoisted(() => {
  process.env.POWERTOOLS_LOG_LEVEL = "SILENT";
});

const START = Date.parse("2026-01-15T10:00:00Z");
const CONTEXT = { awsRequestId: "request", functionName: "function" } as never;
const VARIANTS = ["blue", "green"];

const DUE = {
  id: "due",
  source: "plumbline.test",
  time: "2026-01-16T10:25:00Z",
  "detail-type": "Check Due",
  detail: {
    endpoint: "churn",
    variant: "_all",
    check: "model-quality",
    window: { from: "2026-01-15T10:00:00Z", to: "2026-01-15T12:00:00Z" },
    cause: "due",
  },
};
const batch = {
  Records: [{ messageId: "1", body: JSON.stringify(DUE), eventSource: "aws:sqs" }],
} as never;

let account: QualityAccount;
const stepFunctions = mockClient(SFNClient);
beforeEach(() => {
  account = new QualityAccount();
  process.env.PLUMBLINE_BACKFILL_ARN =
    "arn:aws:states:us-east-1:123456789012:stateMachine:backfill";
  stepFunctions.reset();
});
afterEach(() => account.close());

interface Given {
  readonly problem: string;
  readonly captures: readonly string[];
  readonly labels: readonly string[];
}

/** A stage on which these lines came, each variant every second of the captures. */
async function restart({ problem, captures, labels }: Given): Promise<void> {
  account.crashAfter(Number.POSITIVE_INFINITY);
  account.items.clear();
  account.objects.clear();
  const checks = "  modelQuality: { every: PT2H, minimumLabels: 1 }\n";
  const more = "labels: { expectedWithin: PT1H, minimumCoverage: 0.1 }\n";
  const definition = definitionText({ checks, more });
  account.objects.set(
    "monitors/churn.yml",
    definition.replace(/^problem: .*$/m, `problem: ${problem}`),
  );
  account.objects.set("baselines/churn/v1/model-quality/constraints.json", QUALITY_BASELINE_TEXT);
  for (const [index, variant] of VARIANTS.entries()) {
    const key = `captures/churn/${variant}/2026/01/15/10/0.jsonl`;
    account.objects.set(key, captures.filter((_, line) => line % 2 === index).join("\n"));
    const source = { bucket: "bucket", key, etag: "etag" };
    for (const hour of [0, 1]) {
      const share = { endpoint: "churn", variant, hourMillis: START + hour * HOUR_MILLIS };
      await countCapture({ ...share, objectId: "0", recordCount: 1, source }, START);
    }
  }
  account.objects.set(groundTruthKey("churn", START, "0"), labels.join("\n"));
  await countLabels("churn", START, { acceptedCount: 1, duplicateCount: 0, rejectedCount: 0 });
}

/** How much is to be read: each variant is joined with all labels. */
function byteCount({ captures, labels }: Given): number {
  const bytes = (lines: readonly string[]) => Buffer.byteLength(lines.join("\n"));
  const [blue, green] = [0, 1].map((variant) =>
    bytes(captures.filter((_, line) => line % 2 === variant)),
  );
  return blue! + green! + 2 * bytes(labels);
}

/** All that stands when a check is made, but for what a join in partitions keeps meanwhile. */
function standing(): object {
  const objects = [...account.objects].filter(([key]) => !key.startsWith("joins/")).sort();
  return { objects: Object.fromEntries(objects), items: Object.fromEntries(account.items) };
}

/** What Step Functions does with a task: another try, until it ends. */
async function callThrough<Result>(
  call: () => Promise<Result>,
  crashes: readonly number[],
): Promise<Result> {
  for (const writes of crashes) {
    account.crashAfter(writes);
    await call().catch((error: Error) => {
      if (error.name !== "Crash") throw error;
    });
  }
  account.crashAfter(Number.POSITIVE_INFINITY);
  return await call();
}

const given: fc.Arbitrary<Given> = fc.record({
  problem: fc.constantFrom("binary-classification", "multiclass-classification", "regression"),
  captures: captureLines,
  labels: labelLines.filter((lines) => lines.length > 0),
});
const crash = fc.integer({ min: 0, max: 9 }).map((half) => half / 2);

describe("a window joined in partitions", () => {
  it("has the bytes and records of one joined at once, whoever dies and whatever is done twice", async () => {
    let largeCount = 0;
    const tasks = fc.record({
      partitionCount: fc.integer({ min: 2, max: 5 }),
      // The order in which partitions end, some of them once more.
      order: fc.array(fc.nat(4), { maxLength: 10 }),
      crashes: fc.array(fc.array(crash, { maxLength: 2 }), { minLength: 20, maxLength: 20 }),
    });
    await fc.assert(
      fc.asyncProperty(given, tasks, async (lines, { partitionCount, order, crashes }) => {
        await restart(lines);
        process.env.PLUMBLINE_JOIN_BYTES = "100000000";
        expect(await planHandler(DUE, CONTEXT)).toMatchObject({ outcome: "whole" });
        expect(await checkHandler(batch, CONTEXT)).toEqual({ batchItemFailures: [] });
        const expected = standing();
        expect(JSON.stringify(expected)).toContain("result.json");

        await restart(lines);
        process.env.PLUMBLINE_JOIN_BYTES = String(Math.ceil(byteCount(lines) / partitionCount));
        const plan = (await callThrough(() => planHandler(DUE, CONTEXT), crashes[0]!)) as JoinPlan;
        expect(plan).toMatchObject({ outcome: "partitioned" });
        const { partitions = [], join } = plan;
        const all = [...order.flatMap((index) => partitions[index] ?? []), ...partitions];
        for (const [index, task] of all.entries()) {
          await callThrough(() => partitionHandler(task, CONTEXT), crashes[index + 1] ?? []);
        }
        const merge = () => mergeHandler({ join }, CONTEXT);
        expect(await callThrough(merge, crashes.at(-1)!)).toMatchObject({ outcome: "checked" });
        expect(standing()).toEqual(expected);
        await merge();
        expect(standing()).toEqual(expected);
        largeCount += partitions.length;
      }),
      { numRuns: 60 },
    );
    expect(largeCount).toBeGreaterThan(120);
  });

  it("is overtaken when more came, and then is planned again with that", async () => {
    const [captures] = fc.sample(
      captureLines.filter((lines) => lines.length > 5),
      1,
    );
    const lines = { problem: "binary-classification", captures: captures!, labels: ["no label"] };
    await restart(lines);
    process.env.PLUMBLINE_JOIN_BYTES = "1000";
    const plan = (await planHandler(DUE, CONTEXT)) as JoinPlan;
    for (const task of plan.partitions!) await partitionHandler(task, CONTEXT);
    const late = { acceptedCount: 1, duplicateCount: 0, rejectedCount: 0 };
    await countLabels("churn", START, late);
    process.env.PLUMBLINE_JOIN_BYTES = "100000000";
    expect(await checkHandler(batch, CONTEXT)).toEqual({ batchItemFailures: [] });
    const { join } = plan;
    expect(await mergeHandler({ join }, CONTEXT)).toMatchObject({ outcome: "overtaken" });

    process.env.PLUMBLINE_JOIN_BYTES = "1000";
    const again = (await planHandler(DUE, CONTEXT)) as JoinPlan;
    expect(again.join).not.toBe(join);
    for (const task of again.partitions!) await partitionHandler(task, CONTEXT);
    const merged = await mergeHandler({ join: again.join }, CONTEXT);
    expect(merged).toMatchObject({ outcome: "checked" });
    const changed = account.objects
      .get("monitors/churn.yml")!
      .replace(/^labels:/m, "prediction: { probability: 1 }\nlabels:");
    account.objects.set("monitors/churn.yml", changed);
    expect(await mergeHandler({ join: again.join }, CONTEXT)).toMatchObject({
      outcome: "overtaken",
      reason: expect.stringContaining("prediction"),
    });
  });

  it("is refused when no number of functions would be enough", async () => {
    await restart({ problem: "regression", captures: [], labels: ["x".repeat(2_000)] });
    process.env.PLUMBLINE_JOIN_BYTES = "10";
    expect(await planHandler(DUE, CONTEXT)).toEqual({
      outcome: "too-large",
      reason:
        "4000 bytes of captures and labels: must be at most 40 partitions of 10 bytes: " +
        "shorten the check's period",
    });
  });
});

describe("check-model-quality", () => {
  it("hands a window that is too large over to the state machine, once for an event", async () => {
    await restart({ problem: "regression", captures: [], labels: ["x".repeat(2_000)] });
    process.env.PLUMBLINE_JOIN_BYTES = "3999";
    stepFunctions
      .on(StartExecutionCommand)
      .resolvesOnce({})
      .rejects(new ExecutionAlreadyExists({ message: "", $metadata: {} }));
    const before = standing();
    for (const _ of [1, 2]) {
      expect(await checkHandler(batch, CONTEXT)).toEqual({ batchItemFailures: [] });
    }
    expect(standing()).toEqual(before);
    const [first, second] = stepFunctions
      .commandCalls(StartExecutionCommand)
      .map(({ args: [{ input }] }) => input);
    expect(second).toEqual(first);
    expect(first!.name).toMatch(/^churn-[0-9a-f]{32}$/);
    expect(JSON.parse(first!.input!)).toEqual({
      endpoint: "churn",
      check: "model-quality",
      variant: "_all",
      from: "2026-01-15T10:00:00Z",
      to: "2026-01-15T12:00:00Z",
      isOneWindow: true,
      asOf: DUE.time,
    });
  });
});
