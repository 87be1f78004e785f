import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  DescribeEndpointCommand,
  SageMakerClient,
  UpdateEndpointWeightsAndCapacitiesCommand,
} from "@aws-sdk/client-sagemaker";
import { InvokeEndpointCommand, SageMakerRuntimeClient } from "@aws-sdk/client-sagemaker-runtime";
import { expect } from "vitest";
import { handler as judgeCanary } from "../../functions/judge-canary/handler.ts";
import { handler as profileCapture } from "../../functions/profile-capture/handler.ts";
import { handler as promoteCanary } from "../../functions/promote-canary/handler.ts";
import { handler as rollBackCanary } from "../../functions/roll-back-canary/handler.ts";
import { handler as startCanary } from "../../functions/start-canary/handler.ts";
import { readAllRows } from "../../local/churn/churn-rows.ts";
import { churnGenerator } from "../../local/churn/generate-rows.ts";
import { startSimulator } from "../../local/sagemaker/simulator.ts";
import { readEndpointResult } from "../../shared/aws/canary/endpoint-tasks.ts";
import { listRestorations } from "../../shared/aws/canary/restorations.ts";
import { listRollBacks } from "../../shared/aws/canary/roll-back-requests.ts";
import { readDeployments } from "../../shared/aws/deployments.ts";
import { countLabels } from "../../shared/aws/label-hours.ts";
import { listObjects, writeObject } from "../../shared/aws/objects.ts";
import { readDecision } from "../../shared/aws/self-healing/audit.ts";
import { findPending } from "../../shared/aws/self-healing/pending-tasks.ts";
import { readRun } from "../../shared/aws/self-healing/runs.ts";
import { groundTruthKey } from "../../shared/contracts/storage-keys.ts";
import { labelLine } from "../../shared/labels/label.ts";
import { AT, approvedRun, type CanaryPlan } from "./approved-run.ts";
import { batchOf, CONTEXT, objectEvent, openStage, type Stage } from "./stage.ts";

const TOKEN = "token";
const POLL_COUNT = 100;
const PASSED_MILLIS = 200;

let passedMillis = 0;

/** The time that SageMaker and the schedule tell here. */
const now = () => Date.now() + passedMillis;

export function passMinutes(minutes: number): void {
  passedMillis += minutes * 60_000;
}

/** A stage with a SageMaker of its own, whose clock is turned on where others would wait. */
export async function openCanaryStage(): Promise<Stage> {
  const stage = await openStage();
  const dataFolder = await mkdtemp(join(tmpdir(), "plumbline-canary-"));
  const awsEndpointUrl = process.env.AWS_ENDPOINT_URL!;
  const simulator = await startSimulator({ port: 0, dataFolder, awsEndpointUrl, now });
  process.env.AWS_ENDPOINT_URL_SAGEMAKER = simulator.url;
  process.env.AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME = simulator.url;
  process.env.AWS_ENDPOINT_URL_APPLICATION_AUTO_SCALING = simulator.url;
  return {
    close: async () => {
      await simulator.stop();
      await stage.close();
      await rm(dataFolder, { recursive: true });
    },
  };
}

/** A task of start-canary or promote-canary, and what the endpoint's change that it waits for comes to. */
export async function runTask(
  run: string,
  action: string,
  more: { readonly step?: number; readonly minutes?: number } = {},
) {
  const isPromotion = ["scale-candidate", "record-deployment", "clean-up"].includes(action);
  const isLastShift = action === "shift-traffic" && more.step === undefined;
  const handler = isPromotion || isLastShift ? promoteCanary : startCanary;
  const { minutes = 0, ...given } = more;
  const value = await handler({ run, at: AT, action, taskToken: TOKEN, ...given }, CONTEXT);
  passMinutes(minutes);
  return value ?? (await endpointResult(run));
}

/** Gives the endpoint's champion so many instances. */
export async function scaleTo(endpoint: string, count: number): Promise<void> {
  await new SageMakerClient({}).send(
    new UpdateEndpointWeightsAndCapacitiesCommand({
      EndpointName: endpoint,
      DesiredWeightsAndCapacities: [{ VariantName: "AllTraffic", DesiredInstanceCount: count }],
    }),
  );
  await settledEndpoint(endpoint);
}

/** What a change of the endpoint comes to, as the sweep finds it. */
export async function endpointResult(run: string, nowMillis = Date.parse(AT)) {
  const { endpoint } = await readRun(run);
  const pending = (await findPending("endpoint", endpoint))!;
  for (let poll = 0; poll < POLL_COUNT; poll++) {
    const value = await readEndpointResult(pending, nowMillis);
    if (value !== null) return value;
    passedMillis += PASSED_MILLIS;
    await sleep(1);
  }
  const found = await new SageMakerClient({}).send(
    new DescribeEndpointCommand({ EndpointName: endpoint }),
  );
  throw new Error(`endpoint ${endpoint} did not settle: ${JSON.stringify(found)}`);
}

/** The endpoint once no change of it is under way. */
export async function settledEndpoint(endpoint: string) {
  const sagemaker = new SageMakerClient({});
  for (let poll = 0; poll < POLL_COUNT; poll++) {
    const found = await sagemaker.send(new DescribeEndpointCommand({ EndpointName: endpoint }));
    if (found.EndpointStatus === "InService") return found;
    passedMillis += PASSED_MILLIS;
  }
  throw new Error(`endpoint ${endpoint} is not in service`);
}

/**
 * Requests at the present time, the captures and metrics of which are then there to be read.
 *
 * @returns what became of each customer, by inference id
 */
export async function sendTraffic(plan: CanaryPlan, count: number): Promise<Map<string, 0 | 1>> {
  const { endpoint } = plan;
  const client = new SageMakerRuntimeClient({});
  const nextRow = churnGenerator(readAllRows(), 11);
  const labels = new Map<string, 0 | 1>();
  for (let index = 0; index < count; index++) {
    const { values, label } = nextRow();
    const InferenceId = `customer-${++customerCount}`;
    labels.set(InferenceId, label);
    const request = new InvokeEndpointCommand({
      ...{ EndpointName: endpoint, ContentType: "text/csv", InferenceId, Body: values.join(",") },
    });
    await client.send(request).catch((error: Error) => {
      if (error.name !== "ModelError") throw error;
    });
  }
  await flush(plan);
  return labels;
}

let customerCount = 0;

/** What became of customers, as it is stored when labels are posted. */
export async function writeLabels(
  { bucket, endpoint }: CanaryPlan,
  labels: ReadonlyMap<string, 0 | 1>,
): Promise<void> {
  const lines = Array.from(labels, ([id, label]) => {
    return labelLine({ id, data: String(label), encoding: "CSV", labelMillis: now() });
  });
  const key = groundTruthKey(endpoint, now(), `labels-${customerCount}`);
  await writeObject({ bucket, key }, `${lines.join("\n")}\n`, "application/jsonl");
  const counts = { acceptedCount: labels.size, duplicateCount: 0, rejectedCount: 0 };
  await countLabels(endpoint, now(), counts);
}

/** Writes what the simulator holds, and lets its captures be profiled. */
export async function flush({ bucket, endpoint }: CanaryPlan): Promise<void> {
  const url = `${process.env.AWS_ENDPOINT_URL_SAGEMAKER}/_simulator/flush`;
  await fetch(url, { method: "POST" });
  for (const { key, etag } of await listObjects({ bucket, key: `captures/${endpoint}/` })) {
    await profileCapture(batchOf(objectEvent("Object Created", bucket, { key, etag })), CONTEXT);
  }
}

export async function beginBake(run: string, step = 0, action = "bake"): Promise<void> {
  await judgeCanary({ run, at: AT, action, step, taskToken: TOKEN }, CONTEXT);
}

/** What the schedule's event leads to, so many minutes later. @returns null while the canary is held */
export async function judgeAfter(minutes: number, run: string, bake = "bake.0") {
  passMinutes(minutes);
  await judgeCanary(scheduled(new Date(now())), CONTEXT);
  return await readDecision(run, `judge-canary.${bake}`);
}

/** What roll-back-canary makes of an event, asked again until it has come to an end. */
export async function rollBack(event: object, endpoint: string) {
  await rollBackCanary(event, CONTEXT);
  for (let round = 0; round < 5; round++) {
    const { EndpointConfigName } = await settledEndpoint(endpoint);
    const left = [...(await listRollBacks()), ...(await listRestorations())];
    if (left.every((request) => request.endpoint !== endpoint)) return EndpointConfigName;
    await rollBackCanary(scheduled(new Date(now())), CONTEXT);
  }
  throw new Error(`endpoint ${endpoint} was not rolled back`);
}

export const canaryFailed = (run: string, reason: string) => ({
  ...{ id: "event", source: "plumbline.test", "detail-type": "Canary Failed" },
  ...{ time: new Date(now()).toISOString(), detail: { run, reason } },
});

const scheduled = (time: Date) => ({
  ...{ id: "event", source: "aws.events", "detail-type": "Scheduled Event", detail: {} },
  time: time.toISOString(),
});

/** Replaces the faults of the account's SageMaker; without any they are all off. */
export async function setFaults(faults: object = {}): Promise<void> {
  const url = `${process.env.AWS_ENDPOINT_URL_SAGEMAKER}/_simulator/faults`;
  await fetch(url, { method: "POST", body: JSON.stringify(faults) });
}

/** A canary up to its first bake. */
export async function baking(plan: CanaryPlan): Promise<string> {
  const { run } = await approvedRun(plan);
  await sendTraffic(plan, 300);
  expect(await runTask(run, "add-candidate")).toMatchObject({ outcome: "applied" });
  expect(await runTask(run, "test-candidate")).toMatchObject({ outcome: "served" });
  await flush(plan);
  expect(await runTask(run, "shift-traffic", { step: 0 })).toMatchObject({ outcome: "applied" });
  await beginBake(run);
  return run;
}

export async function weightsOf(endpoint: string): Promise<Record<string, number>> {
  const { ProductionVariants = [] } = await settledEndpoint(endpoint);
  return Object.fromEntries(
    ProductionVariants.map(({ VariantName, CurrentWeight }) => [VariantName, CurrentWeight]),
  );
}

/** The champion serves alone, captures, and the timeline says so. */
export async function expectChampionAlone(endpoint: string): Promise<void> {
  expect(await weightsOf(endpoint)).toEqual({ AllTraffic: 1 });
  expect(await settledEndpoint(endpoint)).toMatchObject({
    DataCaptureConfig: { EnableCapture: true, CaptureStatus: "Started" },
  });
  const open = (await readDeployments(endpoint)).filter(({ to }) => to === undefined);
  expect(open.map(({ variant }) => variant)).toEqual(["AllTraffic"]);
}
