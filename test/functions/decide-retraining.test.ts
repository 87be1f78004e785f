import { readFileSync } from "node:fs";
import { CloudWatchClient, DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { GetObjectCommand, S3Client, S3ServiceException } from "@aws-sdk/client-s3";
import {
  DescribeEndpointCommand,
  DescribeEndpointConfigCommand,
  DescribeModelCommand,
  SageMakerClient,
} from "@aws-sdk/client-sagemaker";
import { SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { mockClient } from "aws-sdk-client-mock";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { handler } from "../../functions/decide-retraining/handler.ts";
import { findReview, writeAnswer } from "../../shared/aws/approvals/review-records.ts";
import { readAudit } from "../../shared/aws/self-healing/audit.ts";
import { acquireLock } from "../../shared/aws/self-healing/endpoint-lock.ts";
import { findOpenIncident } from "../../shared/aws/self-healing/incidents.ts";
import { listRuns } from "../../shared/aws/self-healing/runs.ts";
import { definitionText } from "../shared/window/sample-definition.ts";
import { MemoryTable } from "./memory-table.ts";

vi.hoisted(() => {
  process.env.POWERTOOLS_LOG_LEVEL = "SILENT";
  process.env.AWS_REGION = "us-east-1";
  process.env.PLUMBLINE_BUCKET = "bucket";
  process.env.PLUMBLINE_EVENT_SOURCE = "plumbline.test";
  process.env.PLUMBLINE_STATE_MACHINE_ARN =
    "arn:aws:states:us-east-1:000000000000:stateMachine:plumbline-test-self-healing";
});

const CONTEXT = { awsRequestId: "request", functionName: "function" } as never;
const sample = (name: string) =>
  JSON.parse(readFileSync(`events/decide-retraining/${name}.json`, "utf8"));
const RETRAINING = `retraining:
  MODE
  trainingJob: { image: churn, role: training }
`;
const REPORT = "reports/churn/_all/data-quality/20260115T1000Z--20260115T1100Z/r1/result.json";

const machine = mockClient(SFNClient);
const bus = mockClient(EventBridgeClient);
const sagemaker = mockClient(SageMakerClient);
const s3 = mockClient(S3Client);
const cloudwatch = mockClient(CloudWatchClient);
let objects: Map<string, string>;
let table: MemoryTable;
beforeEach(() => {
  table = new MemoryTable();
  for (const mock of [machine, bus, sagemaker, s3, cloudwatch]) mock.reset();
  raise("plumbline-local.churn.model-quality", "plumbline-local.churn.data-quality");
  machine.on(StartExecutionCommand).resolves({});
  bus.on(PutEventsCommand).resolves({});
  objects = new Map();
  s3.on(GetObjectCommand).callsFake(({ Key }) => {
    const text = objects.get(Key);
    if (text !== undefined) return { Body: [Buffer.from(text)], ETag: '"e1"' };
    const $metadata = { httpStatusCode: 404 };
    throw new S3ServiceException({ name: "NoSuchKey", $fault: "client", $metadata });
  });
  const variant = { VariantName: "blue", CurrentWeight: 1 };
  const LastModifiedTime = new Date("2026-01-01T00:00:00Z");
  const described = { EndpointName: "churn", EndpointStatus: "InService", LastModifiedTime };
  sagemaker.on(DescribeEndpointCommand).resolves({
    ...described,
    EndpointConfigName: "churn-1",
    ProductionVariants: [variant],
  } as never);
  const ProductionVariants = [{ VariantName: "blue", ModelName: "churn-model-1" }];
  sagemaker
    .on(DescribeEndpointConfigCommand)
    .resolves({ EndpointConfigName: "churn-1", ProductionVariants } as never);
  sagemaker.on(DescribeModelCommand).resolves({});
  define("mode: automatic");
});
afterEach(() => table.close());

function define(mode: string): void {
  const text = definitionText({ more: RETRAINING.replace("MODE", mode) });
  objects.set("monitors/churn.yml", text);
}

/** These are the alarms in the account, in state ALARM. */
function raise(...names: string[]): void {
  cloudwatch.on(DescribeAlarmsCommand).callsFake(({ AlarmNames }) => ({
    MetricAlarms: names
      .filter((name) => AlarmNames.includes(name))
      .map((AlarmName) => ({ AlarmName, StateValue: "ALARM" })),
  }));
}

const decide = (name: string) => handler(sample(name), CONTEXT);
const events = () =>
  bus
    .commandCalls(PutEventsCommand)
    .flatMap(({ args: [{ input }] }) =>
      input.Entries!.map(({ DetailType, Detail }) => [DetailType, JSON.parse(Detail!)]),
    );

/** The window of 10 o'clock was violated by one check of this kind. */
function violate(check: string): void {
  table.items.set("w", {
    pk: "endpoint#churn",
    sk: "window#2026-01-15T10:00:00Z#2026-01-15T11:00:00Z#data-quality#_all",
    ...{ resultObjectCount: 1, resultLabelWriteCount: 0, asOfMillis: 0, resultRevision: 1 },
    outcome: { outcome: "violated", violationCount: 1 },
  });
  const checks = [{ check, feature: "age", outcome: "violated" }];
  objects.set(REPORT, JSON.stringify({ check: "data-quality", checks }));
}

describe("a measured loss of quality", () => {
  it("starts one run, however often the alarm and the hour tell of it", async () => {
    const first = await decide("quality-lost");
    expect(first).toMatchObject({ churn: { decision: "retrain", rule: "loss-measured" } });
    await decide("quality-lost");
    expect(await decide("scheduled-event")).toMatchObject({ churn: { rule: "run-open" } });
    const [run, ...others] = await listRuns("churn", "");
    expect(others).toEqual([]);
    expect(run).toMatchObject({
      ...{ endpoint: "churn", attempt: 1, cause: "quality-loss", startedBy: "decide-retraining" },
      ...{ startedAt: "2026-01-15T11:27:12.400Z", definitionEtag: "e1", fence: 1 },
      definition: { endpoint: "churn", retraining: { mode: "automatic" } },
      champion: {
        ...{ variant: "blue", modelName: "churn-model-1", endpointConfigName: "churn-1" },
        modelPackageArn: null,
      },
    });
    expect(await readAudit(run!.run)).toMatchObject([
      {
        ...{ step: "decide-retraining", decision: "retrain", by: "decide-retraining" },
        seen: { causes: "quality-loss", mode: "automatic" },
        inputs: [
          { key: "s3://bucket/monitors/churn.yml", hash: "etag:e1" },
          { key: "plumbline-local.churn.model-quality" },
        ],
      },
    ]);
    // What started none is kept with the incident.
    expect((await readAudit(run!.incident)).map(({ seen }) => seen["rule"])).toEqual([
      "run-open",
      "run-open",
    ]);
    expect(machine.commandCalls(StartExecutionCommand)).toHaveLength(1);
    expect(events().map(([type]) => type)).toEqual(["Run Progressed"]);
  });

  it("is started again where a first start died after it had taken the lock", async () => {
    const run = await diedAtLock();
    expect(await decide("quality-lost")).toMatchObject({ churn: { start: { run } } });
    expect(await listRuns("churn", "")).toMatchObject([{ run, fence: 1 }]);
  });

  /** Whose lock is left, without a record. */
  async function diedAtLock(): Promise<string> {
    let puts = 0;
    table.around = (call, moment) => {
      // The incident, the timeline, and then the audit of the start.
      if (call === "Put" && moment === "before" && ++puts === 3) throw new Error("died");
    };
    await expect(decide("quality-lost")).rejects.toMatchObject({ code: "not-decided" });
    table.around = () => {};
    const { run } = table.item("endpoint#churn", "lock")!;
    return run;
  }

  it("starts none while the lock is another's, and says so", async () => {
    await acquireLock({ endpoint: "churn", run: "another" }, Date.parse("2026-01-15T11:27:00Z"));
    expect(await decide("quality-lost")).toMatchObject({
      churn: { decision: "nothing", rule: "run-open", reason: "run another is being started" },
    });
    expect(await listRuns("churn", "")).toEqual([]);
  });

  it("is over with its alarm", async () => {
    define("mode: off");
    expect(await decide("quality-lost")).toMatchObject({ churn: { rule: "switched-off" } });
    expect(await decide("over")).toEqual({});
    expect(await findOpenIncident("churn")).toBeNull();
    expect(await decide("scheduled-event")).toEqual({});
    expect(table.item("endpoint#churn", "incident#2026-01-15T11:27:12.345Z")).toMatchObject({
      closedAt: "2026-01-15T13:27:12.345Z",
    });
  });
});

describe("an incident whose alarm is gone", () => {
  it("is over with the hour, though nobody said so", async () => {
    define("mode: off");
    await decide("quality-lost");
    raise();
    expect(await decide("scheduled-event")).toEqual({});
    expect(await findOpenIncident("churn")).toBeNull();
  });
});

describe("drift alone", () => {
  it("has people asked once, and a run started by who says so", async () => {
    violate("baseline_drift_check");
    expect(await decide("drifted")).toMatchObject({ churn: { decision: "review" } });
    expect(await decide("scheduled-event")).toMatchObject({ churn: { rule: "already-asked" } });
    const { incident } = (await findOpenIncident("churn"))!;
    const question = {
      id: expect.stringMatching(/^[0-9a-f]{32}$/),
      openUntil: "2026-01-18T11:27:12.400Z",
    };
    const reason = expect.stringMatching(/person/);
    expect(events()).toEqual([
      ["Review Requested", { endpoint: "churn", incident, causes: ["drift"], reason, question }],
    ]);
    const asked = (await findReview(events()[0]![1].question.id))!;
    const answered = { decision: "start", by: "ana", at: "2026-01-15T11:50:00Z" } as const;
    expect(await writeAnswer({ ...asked, answered })).toBe(true);
    expect(await decide("reviewed")).toMatchObject({ churn: { rule: "review-started" } });
    expect(await listRuns("churn", "")).toMatchObject([{ cause: "review", startedBy: "ana" }]);
  });
});

describe("a broken feed", () => {
  it("never retrains, though quality is lost as well", async () => {
    violate("missing_column_check");
    expect(await decide("drifted")).toMatchObject({ churn: { rule: "feed-broken" } });
    expect(await decide("quality-lost")).toMatchObject({ churn: { rule: "feed-broken" } });
    const [, report] = (await readAudit((await findOpenIncident("churn"))!.incident))[0]!.inputs;
    expect(report).toEqual({
      key: `s3://bucket/${REPORT}`,
      hash: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
    });
  });
});

describe("a person's command", () => {
  it("starts a run without an incident", async () => {
    expect(await decide("requested")).toMatchObject({ churn: { rule: "requested" } });
    expect(await listRuns("churn", "")).toMatchObject([
      { cause: "requested", startedBy: "arn:aws:iam::123456789012:user/ana" },
    ]);
  });

  it("for an endpoint without a definition comes to nothing", async () => {
    objects.clear();
    expect(await decide("requested")).toEqual({ churn: null });
  });
});

it("alarms of the stack itself are no endpoint's", async () => {
  expect(await decide("of-the-stack")).toEqual({});
});
