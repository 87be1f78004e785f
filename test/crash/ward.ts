import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import {
  DescribeEndpointCommand,
  SageMakerClient,
  UpdateEndpointCommand,
} from "@aws-sdk/client-sagemaker";
import { DeleteCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import {
  type Account,
  accountEnvironment,
  closeAccount,
  openAccount,
} from "../../local/account.ts";
import { deploy } from "../../local/deploy.ts";
import { changeCapture } from "../../shared/aws/capture-configuration.ts";
import { adoptStage } from "../../shared/aws/functions.ts";
import { writeDefinition } from "../../shared/aws/monitors.ts";
import { stageText } from "../../shared/aws/stage.ts";
import { dynamodb, endpointPartition, type Item, queryItems } from "../../shared/aws/table.ts";
import { parseMonitorFile } from "../../shared/contracts/monitor-file.ts";
import { HOUR_MILLIS } from "../../shared/window/window.ts";
import { definitionText } from "../shared/window/sample-definition.ts";
import { openChurn, writeHistory } from "../stories/captured-churn.ts";
import { startFaultServer } from "./fault-server.ts";
import { type CrashPoint, SCENARIOS, type Scenario } from "./points.ts";

const BUCKET = "plumbline-local";
const HISTORY_HOURS = 2;
const ROWS_PER_HOUR = 400;
const POLL_MILLIS = 20;
/** Of the simulator, so that a run takes seconds. */
const DURATIONS = { transitionMillis: 40, trainingMillis: 40, transformMillis: 40 };

/** An endpoint whose model is to be healed, and how it was before anything was done to it. */
export interface Patient {
  readonly scenario: Scenario;
  readonly endpoint: string;
  readonly configName: string;
  readonly capture: unknown;
  readonly rows: readonly Item[];
}

/** The whole stack on an account of its own, whose functions can be made to crash. */
export interface Ward {
  readonly account: Account;
  /** Where plans lie and calls are written down. */
  readonly folder: string;
  readonly patients: Readonly<Record<Scenario, Patient>>;
  readonly close: () => Promise<void>;
}

export async function openWard(say: (line: string) => void = () => {}): Promise<Ward> {
  const home = await mkdtemp(join(tmpdir(), "plumbline-crash-"));
  const folder = join(home, "plans");
  await mkdir(folder);
  const faults = await startFaultServer();
  const functionVariables = {
    NODE_OPTIONS: `--import=${fileURLToPath(new URL("strike.mjs", import.meta.url))}`,
    CRASH_FOLDER: folder,
    CRASH_FAULTS_URL: faults.url,
    // What is tried again is tried again at once: nobody is kept busy here.
    SFN_WAIT_SCALE: "0.002",
    LAMBDA_ASYNC_RETRY_BASE_SECONDS: "0.1",
  };
  const account = await openAccount({ folder: join(home, "account"), functionVariables, say });
  const close = async () => {
    await closeAccount(account);
    await faults.close();
    await rm(home, { recursive: true, force: true });
  };
  try {
    await deploy(account, say);
    Object.assign(process.env, accountEnvironment(account));
    await adoptStage("local");
    await adoptStage("local", "resume-execution");
    await setDurations(account);
    say("Opening the endpoints …");
    const [heal, rollBack] = SCENARIOS;
    const patients = { [heal]: await admit(heal), [rollBack]: await admit(rollBack) };
    return { account, folder, patients: patients as Ward["patients"], close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function setDurations({ sagemakerEndpointUrl }: Account): Promise<void> {
  const url = `${sagemakerEndpointUrl}/_simulator/durations`;
  const response = await fetch(url, { method: "POST", body: JSON.stringify(DURATIONS) });
  if (!response.ok) throw new Error(`${url}: ${response.status}: ${await response.text()}`);
}

/** Too few requests to clear it: so it is the policy that promotes the challenger, or rolls it back. */
const ON_LOW_TRAFFIC = { heal: "promote-with-warning", "roll-back": "roll-back" };

/** An endpoint whose customers call sixty times as long as those that its model was trained on. */
async function admit(scenario: Scenario): Promise<Patient> {
  const endpoint = `crash-${scenario}`;
  const text = definitionText({
    endpoint,
    more: `prediction: { probability: 0, threshold: 0.5 }
labels: { expectedWithin: PT12H }
retraining:
  data: { window: P30D, minimumRows: 100, minimumRowsPerClass: 10 }
  trainingJob: { image: logistic-regression, role: training }
evaluation: { minimumRows: 50 }
approval: { required: ${scenario === "heal"} }
rollout:
  steps: [50, 100]
  bake: PT1M
  holdFor: PT1M
  onLowTraffic: ${ON_LOW_TRAFFIC[scenario]}
  tolerated: { errorPercent: 50, latencyPercent: 900, predictionDistance: 1 }
`,
  });
  const dataset = `baseline: { dataset: s3://${BUCKET}/datasets/${endpoint}.csv }`;
  const written = text.replace(/^baseline: .*$/m, dataset);
  const definition = parseMonitorFile(written, `monitors/${endpoint}.yml`);
  await openChurn(BUCKET, definition);
  const destination = `s3://${BUCKET}/captures`;
  await changeCapture(endpoint, { enabled: true, destination });
  const toMillis = Math.floor(Date.now() / HOUR_MILLIS) * HOUR_MILLIS - 2 * HOUR_MILLIS;
  await writeHistory({
    ...{ bucket: BUCKET, definition, hours: HISTORY_HOURS, rowsPerHour: ROWS_PER_HOUR },
    fromMillis: toMillis - HISTORY_HOURS * HOUR_MILLIS,
    changes: [{ kind: "scaled", feature: "Day Mins", factor: 60 }],
  });
  await writeDefinition(endpoint, written);
  const { EndpointConfigName: configName = "", DataCaptureConfig: capture } =
    await new SageMakerClient({}).send(new DescribeEndpointCommand({ EndpointName: endpoint }));
  return { scenario, endpoint, configName, capture, rows: await rowsOf(endpoint) };
}

/** Makes an endpoint what it was: its configuration, and all that is known of it. */
export async function discharge({ endpoint, configName, rows }: Patient): Promise<void> {
  const sagemaker = new SageMakerClient({});
  const describe = () => sagemaker.send(new DescribeEndpointCommand({ EndpointName: endpoint }));
  const settled = async () => {
    for (;;) {
      const found = await describe();
      if (found.EndpointStatus === "InService") return found;
      await sleep(POLL_MILLIS);
    }
  };
  const serving = await settled();
  const variants = serving.ProductionVariants ?? [];
  if (serving.EndpointConfigName !== configName || variants[0]?.CurrentWeight !== 1) {
    const change = { EndpointName: endpoint, EndpointConfigName: configName };
    await sagemaker.send(new UpdateEndpointCommand(change));
    await settled();
  }
  const TableName = stageText("table");
  const kept = new Set(rows.map(({ sk }) => sk));
  for (const { pk, sk } of await rowsOf(endpoint)) {
    if (!kept.has(sk)) await dynamodb().send(new DeleteCommand({ TableName, Key: { pk, sk } }));
  }
  for (const Item of rows) await dynamodb().send(new PutCommand({ TableName, Item }));
}

/** All that the table says of an endpoint; of its runs only that there were such. */
async function rowsOf(endpoint: string): Promise<Item[]> {
  return await queryItems(endpointPartition(endpoint), " ", "~");
}

/** Begins to write down what functions call for an endpoint; the points are where they crash. */
export async function watch(
  folder: string,
  endpoint: string,
  points: readonly CrashPoint[],
): Promise<void> {
  await writeFile(join(folder, `${endpoint}.calls.jsonl`), "");
  await plan(folder, endpoint, points);
}

export async function plan(
  folder: string,
  endpoint: string,
  points: readonly CrashPoint[],
): Promise<void> {
  await writeFile(join(folder, `${endpoint}.plan.json`), JSON.stringify({ points }));
}
