import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { DescribeExecutionCommand, SendTaskSuccessCommand, SFNClient } from "@aws-sdk/client-sfn";
import { mockClient } from "aws-sdk-client-mock";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { handler as promoteCanary } from "../../functions/promote-canary/handler.ts";
import { handler as resumeExecution } from "../../functions/resume-execution/handler.ts";
import { handler as rollBackCanary } from "../../functions/roll-back-canary/handler.ts";
import { handler as startCanary } from "../../functions/start-canary/handler.ts";
import { openDeployment, readDeployments } from "../../shared/aws/deployments.ts";
import { readAudit } from "../../shared/aws/self-healing/audit.ts";
import { acquireLock } from "../../shared/aws/self-healing/endpoint-lock.ts";
import { readRun, writeRun } from "../../shared/aws/self-healing/runs.ts";
import { RUN } from "../shared/aws/self-healing/run-sample.ts";
import { definitionWith } from "../shared/window/sample-definition.ts";
import { MemoryEndpoint } from "./memory-endpoint.ts";
import { MemoryTable } from "./memory-table.ts";

vi.hoisted(() => {
  process.env.POWERTOOLS_LOG_LEVEL = "SILENT";
  process.env.AWS_REGION = "us-east-1";
  process.env.PLUMBLINE_STAGE = "test";
  process.env.PLUMBLINE_BUCKET = "bucket";
  process.env.PLUMBLINE_EVENT_SOURCE = "plumbline.test";
  process.env.PLUMBLINE_TRAINING_ROLES = "training=role";
  process.env.PLUMBLINE_STATE_MACHINE_ARN = "arn:aws:states:us-east-1:0:stateMachine:runs";
});

const CONTEXT = { awsRequestId: "request", functionName: "function" } as never;
const { run } = RUN;
const CHAMPION = {
  ...{ variant: "AllTraffic", modelName: "first", endpointConfigName: "base" },
  ...{ modelPackageArn: null, baseline: "s3://bucket/baselines/churn/initial/" },
};
const PACKAGE = "arn:aws:sagemaker:us-east-1:000000000000:model-package/churn/2";

const machine = mockClient(SFNClient);
const bus = mockClient(EventBridgeClient);
let table: MemoryTable;
let endpoint: MemoryEndpoint;
let momentsLeft = Number.POSITIVE_INFINITY;
beforeEach(() => {
  table = new MemoryTable();
  endpoint = new MemoryEndpoint();
  momentsLeft = Number.POSITIVE_INFINITY;
  machine.reset();
  bus.reset();
  const around = () => {
    momentsLeft -= 1;
    if (momentsLeft === 0) throw new Error("died");
  };
  table.around = around;
  endpoint.around = around;
  machine.on(SendTaskSuccessCommand).callsFake(() => {
    around();
    return {};
  });
  machine.on(DescribeExecutionCommand).resolves({ status: "RUNNING" });
  bus.on(PutEventsCommand).callsFake(() => {
    around();
    return {};
  });
});
afterEach(() => {
  table.close();
  endpoint.close();
});

async function beginRun(): Promise<void> {
  const { fence } = await acquireLock({ endpoint: "churn", run }, Date.parse(RUN.startedAt));
  const definition = definitionWith({
    more: "retraining: { trainingJob: { image: xgboost, role: training } }\n",
  });
  const at = RUN.startedAt;
  await openDeployment({ endpoint: "churn", from: at, ...CHAMPION });
  await writeRun({ ...RUN, definition, fence, champion: CHAMPION, modelPackageArn: PACKAGE });
}

type TaskHandler = (event: object, context: never) => Promise<unknown>;

let tokenCount = 0;

/** A task as the state machine runs it: tried again with a new token, and answered by the sweep. */
async function runTask(handler: TaskHandler, task: object): Promise<string> {
  for (let attempt = 0; attempt < 4; attempt++) {
    const taskToken = `token-${++tokenCount}`;
    const event = { run, at: RUN.startedAt, reason: "told to", ...task, taskToken };
    const value = await handler(event, CONTEXT).catch(() => undefined);
    // What the caller of a task that does not wait gets.
    if (!("waits" in task) && value) return (value as { outcome: string }).outcome;
    for (let look = 0; look < 6; look++) {
      const answer = answerOf(taskToken);
      if (answer !== undefined) return answer;
      await sweep();
    }
  }
  throw new Error(`never answered: ${JSON.stringify(task)}`);
}

async function sweep(): Promise<void> {
  const event = {
    ...{ id: "event", source: "aws.events", "detail-type": "Scheduled Event", detail: {} },
    time: RUN.startedAt,
  };
  await resumeExecution(event, CONTEXT).catch(() => {});
  await rollBackCanary(event, CONTEXT).catch(() => {});
}

function answerOf(taskToken: string): string | undefined {
  const calls = machine.commandCalls(SendTaskSuccessCommand);
  const call = calls.find(({ args: [{ input }] }) => input.taskToken === taskToken);
  return call && JSON.parse(call.args[0].input.output!).outcome;
}

const waits = { waits: true };
const PROMOTION: readonly (readonly [TaskHandler, object])[] = [
  [startCanary, { action: "add-candidate", ...waits }],
  [startCanary, { action: "shift-traffic", step: 0, ...waits }],
  [promoteCanary, { action: "scale-candidate", ...waits }],
  [promoteCanary, { action: "shift-traffic", ...waits }],
  [promoteCanary, { action: "record-deployment" }],
  [promoteCanary, { action: "clean-up", ...waits }],
];

/** Every third moment, before or after a call, is died in: all of them would take a minute. */
const STRIDE = 3;

/** Runs tasks with a death at one moment of a call after another, and what is left after each is checked. */
async function atMoments(tasks: readonly (readonly [TaskHandler, object])[], check: () => unknown) {
  for (let moment = 1; ; moment += STRIDE) {
    table.items.clear();
    endpoint.reset();
    machine.resetHistory();
    await beginRun();
    momentsLeft = moment;
    for (const [handler, task] of tasks) expect(await runTask(handler, task)).toBe("applied");
    const hasDied = momentsLeft <= 0;
    momentsLeft = Number.POSITIVE_INFINITY;
    await check();
    expect(endpoint.isCapturing).toBe(true);
    if (!hasDied) return moment;
  }
}

/** Of the stretches of the timeline that have not ended. */
async function servingNow(): Promise<string[]> {
  const deployments = await readDeployments("churn");
  return deployments.filter(({ to }) => to === undefined).map(({ variant }) => variant);
}

it("promotes a candidate, wherever a function dies", async () => {
  const momentCount = await atMoments(PROMOTION, async () => {
    const { variant } = (await readRun(run)).candidate!;
    expect(endpoint.settled).toEqual({ configName: `${run}-final`, weights: { [variant]: 1 } });
    expect([...endpoint.scaled]).toEqual([variant]);
    expect(await servingNow()).toEqual([variant]);
    expect((await readAudit(run)).map(({ step }) => step)).toEqual(["record-deployment"]);
  });
  expect(momentCount).toBeGreaterThan(100);
});

it.each([1, 2, 4])("rolls back after %i steps, wherever a function dies", async (stepCount) => {
  const tasks = [...PROMOTION.slice(0, stepCount), [rollBackCanary, waits] as const];
  const momentCount = await atMoments(tasks, async () => {
    expect(endpoint.settled).toEqual({ configName: "base", weights: { AllTraffic: 1 } });
    expect([...endpoint.scaled]).toEqual(["AllTraffic"]);
    expect(await servingNow()).toEqual(["AllTraffic"]);
    expect((await readAudit(run)).map(({ step }) => step)).toEqual(["roll-back"]);
  });
  expect(momentCount).toBeGreaterThan(50);
});
