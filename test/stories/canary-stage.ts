import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import {
  CreateModelPackageCommand,
  CreateModelPackageGroupCommand,
  DescribeEndpointCommand,
  SageMakerClient,
  UpdateEndpointWeightsAndCapacitiesCommand,
} from "@aws-sdk/client-sagemaker";
import { InvokeEndpointCommand, SageMakerRuntimeClient } from "@aws-sdk/client-sagemaker-runtime";
import { handler as judgeCanary } from "../../functions/judge-canary/handler.ts";
import { handler as profileCapture } from "../../functions/profile-capture/handler.ts";
import { handler as promoteCanary } from "../../functions/promote-canary/handler.ts";
import { handler as rollBackCanary } from "../../functions/roll-back-canary/handler.ts";
import { handler as startCanary } from "../../functions/start-canary/handler.ts";
import { CHURN_IMAGE, trainChurnModel } from "../../local/churn/churn-model.ts";
import { readAllRows, readTrainingRows } from "../../local/churn/churn-rows.ts";
import { churnGenerator } from "../../local/churn/generate-rows.ts";
import { packModel } from "../../local/logistic-regression/artefact.ts";
import { type Behaviour, WELL_BEHAVED } from "../../local/sagemaker/serving/behaviour.ts";
import { startSimulator } from "../../local/sagemaker/simulator.ts";
import { readEndpointResult } from "../../shared/aws/canary/endpoint-tasks.ts";
import { listRollBacks } from "../../shared/aws/canary/roll-back-requests.ts";
import { changeCapture } from "../../shared/aws/capture-configuration.ts";
import { readServedModel } from "../../shared/aws/deployments.ts";
import { writeDefinition } from "../../shared/aws/monitors.ts";
import { listObjects, writeObject } from "../../shared/aws/objects.ts";
import { readDecision } from "../../shared/aws/self-healing/audit.ts";
import { acquireLock } from "../../shared/aws/self-healing/endpoint-lock.ts";
import { findPending } from "../../shared/aws/self-healing/pending-tasks.ts";
import { readRun, updateRun, writeRun } from "../../shared/aws/self-healing/runs.ts";
import { parseMonitorFile } from "../../shared/contracts/monitor-file.ts";
import type { RunRecord } from "../../shared/contracts/self-healing/run.ts";
import { trainingKeys } from "../../shared/contracts/storage-keys.ts";
import { definitionText } from "../shared/window/sample-definition.ts";
import { openChurn } from "./captured-churn.ts";
import { batchOf, CONTEXT, objectEvent, openStage, type Stage } from "./stage.ts";

export const AT = "2026-01-15T12:00:00.000Z";
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

export interface CanaryPlan {
  readonly bucket: string;
  readonly endpoint: string;
  readonly rollout: string;
  readonly behaviour?: Partial<Behaviour>;
}

/** A run whose challenger, the champion's twin but for its behaviour, is registered and approved. */
export async function approvedRun(plan: CanaryPlan): Promise<RunRecord> {
  const { bucket, endpoint, rollout, behaviour = {} } = plan;
  const run = `${endpoint}-0123456789`;
  const text = definitionText({
    ...{ endpoint, capture: `s3://${bucket}/captures/${endpoint}` },
    more: `prediction: { probability: 0, threshold: 0.5 }
retraining: { trainingJob: { image: logistic-regression, role: training } }
rollout: ${rollout}
`,
  });
  const dataset = `baseline: { dataset: s3://${bucket}/datasets/${endpoint}.csv }`;
  const written = text.replace(/^baseline: .*$/m, dataset);
  const definition = parseMonitorFile(written, `monitors/${endpoint}.yml`);
  await writeDefinition(endpoint, written);
  await openChurn(bucket, definition);
  const destination = `s3://${bucket}/captures`;
  await changeCapture(endpoint, { enabled: true, destination });
  const champion = await readServedModel(definition);
  const { fence } = await acquireLock({ endpoint, run }, Date.parse(AT));
  const record = await writeRun({
    ...{ run, endpoint, incident: "0123456789", attempt: 1, cause: "requested" },
    ...{ reason: "asked for", startedBy: "test", startedAt: AT },
    ...{ definition, definitionEtag: "etag", fence, champion },
  });
  await writeHoldout(bucket, run);
  const modelPackageArn = await register(bucket, record, { ...WELL_BEHAVED, ...behaviour });
  await updateRun(record, { modelPackageArn });
  return await readRun(run);
}

async function writeHoldout(bucket: string, run: string): Promise<void> {
  const { dataset, holdoutInputs } = trainingKeys(run, "csv");
  const rows = readAllRows().rows.slice(0, 50);
  const inputs = rows.map(({ values }) => `${values.join(",")}\n`).join("");
  await writeObject({ bucket, key: holdoutInputs }, inputs, "text/csv");
  const files = { holdoutInputs: `s3://${bucket}/${holdoutInputs}` };
  const content = { holdoutContentType: "text/csv", files };
  await writeObject({ bucket, key: dataset }, JSON.stringify(content), "application/json");
}

async function register(bucket: string, { run }: RunRecord, behaviour: Behaviour) {
  const sagemaker = new SageMakerClient({});
  const model = trainChurnModel(readTrainingRows());
  const key = `models/${run}/model.tar.gz`;
  const packed = await packModel(model, { "behaviour.json": behaviour });
  await writeObject({ bucket, key }, packed, "application/gzip");
  await sagemaker.send(new CreateModelPackageGroupCommand({ ModelPackageGroupName: run }));
  const { ModelPackageArn } = await sagemaker.send(
    new CreateModelPackageCommand({
      ModelPackageGroupName: run,
      ModelApprovalStatus: "Approved",
      InferenceSpecification: {
        Containers: [{ Image: CHURN_IMAGE, ModelDataUrl: `s3://${bucket}/${key}` }],
        SupportedContentTypes: ["text/csv"],
        SupportedResponseMIMETypes: ["text/csv"],
      },
    }),
  );
  return ModelPackageArn!;
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

/** Requests at the present time, the captures and metrics of which are then there to be read. */
export async function sendTraffic(plan: CanaryPlan, count: number): Promise<void> {
  const { endpoint } = plan;
  const client = new SageMakerRuntimeClient({});
  const nextRow = churnGenerator(readAllRows(), 11);
  for (let index = 0; index < count; index++) {
    const request = new InvokeEndpointCommand({
      EndpointName: endpoint,
      ContentType: "text/csv",
      Body: nextRow().values.join(","),
    });
    await client.send(request).catch((error: Error) => {
      if (error.name !== "ModelError") throw error;
    });
  }
  await flush(plan);
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
    const left = await listRollBacks();
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
