import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import {
  SageMakerClient,
  UpdateEndpointWeightsAndCapacitiesCommand,
  waitUntilEndpointInService,
} from "@aws-sdk/client-sagemaker";
import {
  type Account,
  accountEnvironment,
  closeAccount,
  environmentOn,
  openAccount,
} from "../../local/account.ts";
import { readAllRows } from "../../local/churn/churn-rows.ts";
import { churnGenerator } from "../../local/churn/generate-rows.ts";
import { deploy } from "../../local/deploy.ts";
import { changeCapture } from "../../shared/aws/capture-configuration.ts";
import { adoptStage, callFunction } from "../../shared/aws/functions.ts";
import { writeDefinition } from "../../shared/aws/monitors.ts";
import { parseMonitorFile } from "../../shared/contracts/monitor-file.ts";
import type { RetrainingDecision } from "../../shared/retrain/decide.ts";
import { HOUR_MILLIS } from "../../shared/window/window.ts";
import { definitionText } from "../shared/window/sample-definition.ts";
import { openChurn, VARIANT, writeHistory } from "./captured-churn.ts";

const BUCKET = "plumbline-local";
const HISTORY_HOURS = 3;
const SWEEP_MILLIS = 3_000;
const POLL_MILLIS = 500;
const WAIT_MILLIS = 240_000;

/** The whole stack on an account of its own, where runs are started and followed to their end. */
export interface HealingStage {
  readonly account: Account;
  readonly close: () => Promise<void>;
}

/** @param functionVariables that all functions get, besides their own */
export async function openHealing(
  functionVariables: Readonly<Record<string, string>> = {},
): Promise<HealingStage> {
  const folder = await mkdtemp(join(tmpdir(), "plumbline-healing-"));
  // What is tried again is tried again soon: nobody is kept busy here.
  const variables = { ...functionVariables, SFN_WAIT_SCALE: "0.02" };
  const account = await openAccount({ folder, functionVariables: variables });
  await deploy(account);
  Object.assign(process.env, accountEnvironment(account));
  await adoptStage("local");
  const stopSweeping = keepSweeping();
  const close = async () => {
    await stopSweeping();
    await closeAccount(account);
    await rm(folder, { recursive: true, force: true });
  };
  const stage = { account, close };
  await post(stage, "durations", {
    ...{ transitionMillis: 500, trainingMillis: 500, transformMillis: 500, bakeMillis: 500 },
  });
  return stage;
}

/** What the schedule does every five minutes, done every few seconds. */
function keepSweeping(): () => Promise<void> {
  let isStopped = false;
  const sweep = async () => {
    while (!isStopped) {
      await sweepAt(Date.now()).catch((error: unknown) => console.error(error));
      await sleep(SWEEP_MILLIS);
    }
  };
  const ended = sweep();
  return async () => {
    isStopped = true;
    await ended;
  };
}

/** One event of the schedule, that stands for a time. */
export async function sweepAt(millis: number): Promise<void> {
  const event = {
    ...{ id: "sweep", source: "aws.events", "detail-type": "Scheduled Event", detail: {} },
    time: new Date(millis).toISOString(),
  };
  for (const name of ["resume-execution", "roll-back-canary"]) {
    await callFunction("local", name, event);
  }
}

/** Asks the simulator for what only it has. */
async function post({ account }: HealingStage, path: string, content: object): Promise<void> {
  const url = `${account.sagemakerEndpointUrl}/_simulator/${path}`;
  const response = await fetch(url, { method: "POST", body: JSON.stringify(content) });
  if (!response.ok) throw new Error(`${url}: ${response.status}: ${await response.text()}`);
}

/** Lets the account's SageMaker be awkward so many times with what belongs to an endpoint. */
export async function setFaults(stage: HealingStage, of: string, counts: object): Promise<void> {
  await post(stage, "faults", { of, ...counts });
}

export interface Patient {
  readonly endpoint: string;
  /** Of the definition's `retraining.data`. */
  readonly data?: string;
  /** Of the definition. */
  readonly approval?: string;
  readonly rollout?: string;
  readonly instanceCount?: number;
}

const DATA = "minimumRows: 500, minimumRowsPerClass: 20";
const ROLLOUT = "steps: [50, 100]";
const BAKE = "bake: PT1M, minimumSamples: 100";
const TOLERATED = "tolerated: { errorPercent: 5, latencyPercent: 400, predictionDistance: 1 }";

/** An endpoint whose customers call sixty times as long as those that its model was trained on. */
export async function openPatient(stage: HealingStage, patient: Patient): Promise<void> {
  const { endpoint, data = DATA, approval = "required: false", rollout = ROLLOUT } = patient;
  const text = definitionText({
    endpoint,
    more: `prediction: { probability: 0, threshold: 0.5 }
labels: { expectedWithin: PT12H }
retraining:
  data: { window: P30D, ${data} }
  trainingJob: { image: logistic-regression, role: training }
approval: { ${approval} }
rollout: { ${rollout}, ${BAKE}, ${TOLERATED} }
`,
  });
  const dataset = `baseline: { dataset: s3://${BUCKET}/datasets/${endpoint}.csv }`;
  const written = text.replace(/^baseline: .*$/m, dataset);
  const definition = parseMonitorFile(written, `monitors/${endpoint}.yml`);
  await openChurn(BUCKET, definition);
  await changeCapture(endpoint, { enabled: true, destination: `s3://${BUCKET}/captures` });
  const toMillis = Math.floor(Date.now() / HOUR_MILLIS) * HOUR_MILLIS - 2 * HOUR_MILLIS;
  await writeHistory({
    ...{ bucket: BUCKET, definition, hours: HISTORY_HOURS, rowsPerHour: 600 },
    fromMillis: toMillis - HISTORY_HOURS * HOUR_MILLIS,
    changes: [{ kind: "scaled", feature: "Day Mins", factor: 60 }],
  });
  if (patient.instanceCount !== undefined) await scale(endpoint, patient.instanceCount);
  await writeDefinition(endpoint, written);
  await sendTraffic(stage, endpoint, 100);
}

async function scale(EndpointName: string, DesiredInstanceCount: number): Promise<void> {
  const client = new SageMakerClient({});
  await client.send(
    new UpdateEndpointWeightsAndCapacitiesCommand({
      EndpointName,
      DesiredWeightsAndCapacities: [{ VariantName: VARIANT, DesiredInstanceCount }],
    }),
  );
  await waitUntilEndpointInService(
    { client, maxWaitTime: 60, minDelay: 1, maxDelay: 1 },
    { EndpointName },
  );
}

/** What a person's command starts, through the deployed function. */
export async function startRetraining(endpoint: string): Promise<string> {
  const request = { id: `${endpoint}-request`, by: "arn:aws:iam::000000000000:user/ana" };
  const event = { endpoint, time: new Date().toISOString(), request };
  const decisions = await callFunction("local", "decide-retraining", event);
  const decision = (decisions as Record<string, RetrainingDecision | null>)[endpoint];
  if (decision?.start === undefined) throw new Error(`not started: ${JSON.stringify(decision)}`);
  return decision.start.run;
}

/** The command line as a user has it. */
export async function plumbline({ account }: HealingStage, ...args: string[]): Promise<string> {
  const program = fileURLToPath(new URL("../../cli/plumbline.js", import.meta.url));
  const options = [`--endpoint-url=${account.endpointUrl}`];
  const { stdout } = await promisify(execFile)(process.execPath, [program, ...args, ...options], {
    env: environmentOn(account),
  });
  return stdout;
}

/** Requests at the present time, whose metrics are then there to be read. */
export async function sendTraffic(
  stage: HealingStage,
  endpoint: string,
  requestCount: number,
): Promise<void> {
  const url = `${stage.account.sagemakerEndpointUrl}/endpoints/${endpoint}/invocations`;
  const nextRow = churnGenerator(readAllRows(), 11);
  const bodies = Array.from({ length: requestCount }, () => nextRow().values.join(","));
  const send = async () => {
    for (let body = bodies.pop(); body !== undefined; body = bodies.pop()) {
      const request = { method: "POST", headers: { "content-type": "text/csv" }, body };
      // What the model's container answers with an error is part of the traffic.
      await (await fetch(url, request)).text();
    }
  };
  await Promise.all(Array.from({ length: 8 }, send));
  await post(stage, "flush", {});
}

/** What is there once it is. */
export async function eventually<Thing>(
  what: string,
  read: () => Promise<Thing | null | undefined>,
): Promise<Thing> {
  for (const start = performance.now(); performance.now() - start < WAIT_MILLIS; ) {
    const found = await read();
    if (found !== null && found !== undefined) return found;
    await sleep(POLL_MILLIS);
  }
  throw new Error(`${what}: is not there after ${WAIT_MILLIS / 1000} s`);
}
