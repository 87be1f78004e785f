import { CloudWatchClient, GetMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { DescribeEndpointCommand, SageMakerClient } from "@aws-sdk/client-sagemaker";
import { SendTaskSuccessCommand, SFNClient } from "@aws-sdk/client-sfn";
import { mockClient } from "aws-sdk-client-mock";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { handler } from "../../functions/judge-canary/handler.ts";
import { alarmName } from "../../shared/alarm/alarms.ts";
import { readLooks } from "../../shared/aws/canary/looks.ts";
import { readAudit } from "../../shared/aws/self-healing/audit.ts";
import { acquireLock } from "../../shared/aws/self-healing/endpoint-lock.ts";
import { listPending } from "../../shared/aws/self-healing/pending-tasks.ts";
import { updateRun, writeRun } from "../../shared/aws/self-healing/runs.ts";
import { RUN } from "../shared/aws/self-healing/run-sample.ts";
import { definitionWith } from "../shared/window/sample-definition.ts";
import { MemoryTable } from "./memory-table.ts";

vi.hoisted(() => {
  process.env.POWERTOOLS_LOG_LEVEL = "SILENT";
  process.env.AWS_REGION = "us-east-1";
  process.env.PLUMBLINE_STAGE = "test";
  process.env.PLUMBLINE_BUCKET = "bucket";
  process.env.PLUMBLINE_EVENT_SOURCE = "plumbline.test";
  process.env.PLUMBLINE_STATE_MACHINE_ARN = "arn:aws:states:us-east-1:0:stateMachine:runs";
});

const CONTEXT = { awsRequestId: "request", functionName: "function" } as never;
const { run } = RUN;
const STARTED = "2026-01-15T12:00:30.000Z";
const BASE_CONFIG = RUN.champion.endpointConfigName;
const CANDIDATE = {
  ...{ variant: "v2-0123456789", modelName: `${run}-approved` },
  ...{ endpointConfigName: `${run}-canary`, baseConfigName: BASE_CONFIG },
};
const TASK = { run, at: STARTED, action: "bake", step: 0, taskToken: "token" };

const machine = mockClient(SFNClient);
const bus = mockClient(EventBridgeClient);
const metrics = mockClient(CloudWatchClient);
const sagemaker = mockClient(SageMakerClient);
let table: MemoryTable;
/** What each variant answers in a minute. */
let minute = { requests: 100, errors: { champion: 0, candidate: 0 } };
let around = () => {};
beforeEach(() => {
  table = new MemoryTable();
  table.around = () => around();
  around = () => {};
  minute = { requests: 100, errors: { champion: 0, candidate: 0 } };
  for (const mock of [machine, bus, metrics, sagemaker]) mock.reset();
  machine.on(SendTaskSuccessCommand).callsFake(calledAround({}));
  bus.on(PutEventsCommand).callsFake(calledAround({}));
  metrics.on(GetMetricDataCommand).callsFake((input) => {
    around();
    return {
      MetricDataResults: input.MetricDataQueries.map((query: Query) => valuesOf(query, input)),
    };
  });
  serves(CANDIDATE.endpointConfigName);
});
afterEach(() => table.close());

function calledAround(output: object): () => object {
  return () => {
    around();
    return output;
  };
}

function serves(EndpointConfigName: string): void {
  const ProductionVariants = [RUN.champion.variant, CANDIDATE.variant].map((VariantName) => {
    return { VariantName, CurrentWeight: 0.5, DesiredWeight: 0.5 };
  });
  sagemaker.on(DescribeEndpointCommand).resolves({
    ...{ EndpointName: "churn", EndpointStatus: "InService", EndpointConfigName },
    ...({ LastModifiedTime: new Date(STARTED), ProductionVariants } as object),
  });
}

interface Query {
  readonly Id: string;
  readonly MetricStat: { readonly Metric: { readonly Dimensions: { readonly Value: string }[] } };
}

function valuesOf({ Id, MetricStat }: Query, { StartTime, EndTime }: Record<string, Date>) {
  const isCandidate = MetricStat.Metric.Dimensions[1]!.Value === CANDIDATE.variant;
  const ofMinute: Record<string, number> = {
    ...{ requests: minute.requests, timed: minute.requests, error0: 0, latency: 90_000 },
    error1: minute.errors[isCandidate ? "candidate" : "champion"],
    slow: minute.requests / 4,
  };
  const minutes = Id === "latency" ? 1 : (EndTime!.getTime() - StartTime!.getTime()) / 60_000;
  return { Id, Values: Array.from({ length: minutes }, () => ofMinute[Id]!) };
}

async function beginBake(rollout = "{ bake: PT1H }"): Promise<void> {
  table.items.clear();
  const { fence } = await acquireLock({ endpoint: "churn", run }, Date.parse(STARTED));
  const definition = definitionWith({
    more: `retraining: { trainingJob: { image: xgboost, role: training } }\nrollout: ${rollout}\n`,
  });
  const record = await writeRun({ ...RUN, definition, fence });
  await updateRun(record, { candidate: CANDIDATE });
  await handler(TASK, CONTEXT);
}

const due = (time: string) => ({
  ...{ id: "event", source: "aws.events", "detail-type": "Scheduled Event", detail: {}, time },
});

const answers = () =>
  machine.commandCalls(SendTaskSuccessCommand).map(({ args: [{ input }] }) => ({
    ...{ token: input.taskToken, ...JSON.parse(input.output!) },
  }));

const eventsOf = (type: string) =>
  bus
    .commandCalls(PutEventsCommand)
    .flatMap(({ args: [{ input }] }) => input.Entries ?? [])
    .filter(({ DetailType }) => DetailType === type);

describe("a bake", () => {
  it("is held until its time is over, then promoted, and its requests are counted once", async () => {
    await beginBake();
    for (const time of ["12:05", "12:10", "12:10", "12:59"]) {
      await handler(due(`2026-01-15T${time}:20Z`), CONTEXT);
    }
    expect(answers()).toEqual([]);
    await handler(due("2026-01-15T13:01:00Z"), CONTEXT);
    expect(answers()).toMatchObject([{ token: "token", outcome: "promote" }]);
    expect(await listPending()).toEqual([]);
    const looks = await readLooks(run, "bake");
    const minutes = looks.map(({ fromMillis, toMillis }) => (toMillis - fromMillis) / 60_000);
    expect(minutes).toEqual([5, 5, 49, 2]);
    expect(looks.map(({ traffic }) => traffic.candidate.requestCount)).toEqual([
      500, 500, 4900, 200,
    ]);
    expect(eventsOf("Run Progressed")).toHaveLength(1);
    expect(eventsOf("Canary Failed")).toEqual([]);
  });

  it("is judged as often as its definition says, whatever the schedule", async () => {
    await beginBake("{ bake: PT1H, judgeEvery: PT15M }");
    for (const time of ["12:05", "12:10", "12:15", "12:20"]) {
      await handler(due(`2026-01-15T${time}:00Z`), CONTEXT);
    }
    const looks = await readLooks(run, "bake");
    expect(looks.map(({ toMillis }) => new Date(toMillis).toISOString().slice(11, 16))).toEqual([
      "12:05",
      "12:20",
    ]);
  });

  it("that harms is rolled back at once, by an event that needs no state machine", async () => {
    await beginBake();
    minute.errors.candidate = 30;
    await handler(due("2026-01-15T12:05:00Z"), CONTEXT);
    expect(answers()).toMatchObject([{ outcome: "roll-back" }]);
    expect(eventsOf("Canary Failed").map(({ Detail }) => JSON.parse(Detail!).run)).toEqual([run]);
    const [{ seen, inputs } = { seen: {}, inputs: [] }] = await readAudit(run);
    expect(seen).toMatchObject({ code: "harm-shown", "errors.candidateRate": 0.3 });
    expect(inputs).toEqual([
      { key: `run#${run}/look#bake#1-1`, hash: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) },
    ]);
  });

  it("is looked at when an alarm of its candidate is raised, and of no other", async () => {
    await beginBake();
    minute.errors.candidate = 30;
    const alarm = (variant: string, NewStateValue = "ALARM") => ({
      AlarmName: alarmName({ stage: "test", endpoint: "churn", kind: "server-errors", variant }),
      ...{
        NewStateValue,
        NewStateReason: "3 of 5",
        StateChangeTime: "2026-01-15T12:04:00.000+0000",
      },
    });
    const tell = (message: object) =>
      handler({ Records: [{ Sns: { Message: JSON.stringify(message) } }] }, CONTEXT);
    await tell(alarm(RUN.champion.variant));
    await tell(alarm(CANDIDATE.variant, "OK"));
    expect(await readLooks(run, "bake")).toEqual([]);
    await tell(alarm(CANDIDATE.variant));
    expect(answers()).toMatchObject([{ outcome: "roll-back" }]);
  });

  it("that nobody asks anything asks a person when its time is over, once", async () => {
    await beginBake("{ bake: PT1H, holdFor: PT1H, onLowTraffic: ask }");
    minute.requests = 0;
    for (const time of ["13:30", "14:05", "14:10"]) {
      await handler(due(`2026-01-15T${time}:00Z`), CONTEXT);
    }
    expect(answers()).toEqual([]);
    const held = eventsOf("Run Progressed").map(({ Detail }) => JSON.parse(Detail!));
    expect(held.map(({ stage }) => stage)).toEqual(["canary-started", "canary-held"]);
    expect(held[1].reason).toContain("nothing was measured");
  });

  it("is decided by a person, unless it was decided before", async () => {
    const decision = { run, by: "arn:aws:iam::0:user/ana", time: "2026-01-15T12:10:00Z" };
    const promote = { ...decision, decision: "promote", reason: "seen enough" };
    await expect(handler(promote, CONTEXT)).rejects.toMatchObject({ code: "no-canary" });
    await beginBake();
    expect(await handler(promote, CONTEXT)).toEqual({ outcome: "promote", reason: "seen enough" });
    expect(answers()).toMatchObject([{ token: "token", outcome: "promote" }]);
    expect(await readAudit(run)).toMatchObject([{ decision: "promote", by: decision.by }]);
    await expect(handler(promote, CONTEXT)).rejects.toMatchObject({ code: "no-canary" });
  });

  it("ends when SageMaker took the endpoint back meanwhile", async () => {
    await beginBake();
    serves(BASE_CONFIG);
    await handler(due("2026-01-15T12:05:00Z"), CONTEXT);
    expect(answers()).toMatchObject([
      { outcome: "roll-back", reason: expect.stringContaining("left the canary") },
    ]);
  });

  it.each(["promote", "roll-back"])(
    "says the same, wherever the judge dies: %s",
    async (outcome) => {
      for (let crashAt = 1; ; crashAt++) {
        machine.resetHistory();
        await beginBake();
        minute.errors.candidate = outcome === "promote" ? 0 : 30;
        let moments = 0;
        around = () => {
          moments += 1;
          if (moments === crashAt) throw new Error("died");
        };
        const time = "2026-01-15T13:02:00Z";
        const died = await handler(due(time), CONTEXT).then(
          () => false,
          () => true,
        );
        around = () => {};
        // By then the traffic is another; what was noted stands.
        if ((await readAudit(run)).length > 0) minute.errors.candidate = 15;
        await handler(due("2026-01-15T13:04:00Z"), CONTEXT);
        expect(new Set(answers().map((answer) => answer.outcome))).toEqual(new Set([outcome]));
        expect(await listPending()).toEqual([]);
        const looks = await readLooks(run, "bake");
        const last = looks.at(-1)!;
        const counted = looks.reduce((sum, { traffic }) => sum + traffic.candidate.requestCount, 0);
        expect(counted).toBe(((last.toMillis - looks[0]!.fromMillis) / 60_000) * 100);
        if (!died) {
          expect(crashAt).toBeGreaterThan(20);
          return;
        }
      }
    },
  );
});
