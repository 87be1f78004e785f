import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ListEndpointsCommand, type SageMakerClient } from "@aws-sdk/client-sagemaker";
import { PREFIX, QUALITY_BASELINE } from "../../shared/contracts/storage-keys.ts";
import { formatNoun } from "../../shared/report/numbers.ts";
import { HOUR_MILLIS } from "../../shared/window/window.ts";
import { createChurnEndpoint } from "../churn/churn-endpoint.ts";
import { baselineCsv, predictionsCsv, trainChurnModel } from "../churn/churn-model.ts";
import { readAllRows, readTrainingRows } from "../churn/churn-rows.ts";
import { churnGenerator } from "../churn/generate-rows.ts";
import type { UpstreamChange } from "../churn/inject-change.ts";
import { replayTraffic } from "../churn/replay-traffic.ts";
import { type Inbox, openInbox } from "./inbox.ts";
import type { LabelledHour } from "./labels-to-quality.ts";
import { planAt } from "./plan-at.ts";
import { plumbline } from "./plumbline.ts";
import { flushCaptures, type Scene, shown, uploadFolder } from "./scene.ts";
import { waitFor } from "./wait-for.ts";
import { countCapturedRecords, readWindow, type WindowReading } from "./window-reading.ts";

const ROWS_PER_HOUR = 500;
const SEED = 20_260_115;
const [VALIDATION_SEED, VALIDATION_ROWS] = [20_260_101, 5000];

interface PlannedHour {
  readonly title: string;
  readonly changes: readonly UpstreamChange[];
  /** Of the customers that would have stayed, one in so many leaves for reasons that no feature holds. */
  readonly leavingOneIn?: number;
}

/**
 * What happens upstream in each hour of the story: first nothing, then one change after another, and at
 * last one that no feature shows.
 */
const HOURS: readonly PlannedHour[] = [
  { title: "clean traffic", changes: [] },
  { title: "clean traffic", changes: [] },
  { title: "clean traffic", changes: [] },
  {
    title: "Day Mins arrives in seconds",
    changes: [{ kind: "scaled", feature: "Day Mins", factor: 60 }],
  },
  {
    title: "CustServ Calls goes missing",
    changes: [{ kind: "missing", feature: "CustServ Calls" }],
  },
  {
    title: "Eve Mins arrives as text",
    changes: [{ kind: "text", feature: "Eve Mins", unit: "min" }],
  },
  { title: "a rival's offer: others leave", changes: [], leavingOneIn: 4 },
];

/** What the story found. */
export interface Found {
  readonly hours: readonly (WindowReading & { readonly title: string })[];
  /** The text of the message to the team. */
  readonly mail: string;
  readonly endpoint: string;
  readonly inbox: Inbox;
  readonly labelled: readonly LabelledHour[];
}

/** Captures in, drift alarms out: the endpoint, its monitor, hours of traffic, and who hears of it. */
export async function tellCapturesToAlarms(scene: Scene): Promise<Found> {
  const { narrator } = scene;
  const endpoint = await freeEndpointName(scene.sagemaker);
  narrator.step("Train the churn model and bring it into service");
  const training = readTrainingRows();
  const model = trainChurnModel(training);
  const { s3, sagemaker, bucket } = scene;
  await createChurnEndpoint({ s3, sagemaker, bucket, endpoint, model });
  narrator.say(`endpoint ${endpoint}: logistic regression trained on ${training.rows.length} rows`);

  narrator.step("Switch data capture on");
  const captures = `s3://${bucket}/${PREFIX.captures.replace(/\/$/, "")}`;
  await run(scene, ["capture", "enable", endpoint, "--destination", captures, "--sampling", "100"]);

  narrator.step("Make a baseline of what the model predicted and was trained on");
  await makeBaseline(scene, endpoint, baselineCsv(model, training));

  narrator.step("Register the monitor");
  const inbox = await openInbox(scene.sqs, scene.account, `${endpoint}-team-inbox`);
  await registerMonitor(scene, endpoint, inbox.arn);
  const validation = churnGenerator(readAllRows(), VALIDATION_SEED);
  const rows = Array.from({ length: VALIDATION_ROWS }, validation);
  await writeFile(join(scene.folder, "validation.csv"), predictionsCsv(model, rows));

  const nextRow = churnGenerator(readAllRows(), SEED);
  const firstHourMillis =
    Math.floor(Date.now() / HOUR_MILLIS) * HOUR_MILLIS - (HOURS.length + 1) * HOUR_MILLIS;
  const hours: Found["hours"][number][] = [];
  const labelled: LabelledHour[] = [];
  for (const [index, { title, changes, leavingOneIn }] of HOURS.entries()) {
    const fromMillis = firstHourMillis + index * HOUR_MILLIS;
    const clock = new Date(fromMillis).toISOString().slice(11, 16);
    narrator.step(`Hour ${clock}: ${title}`);
    const { features } = training;
    const labels = await sendHour(scene, { endpoint, fromMillis, nextRow, changes, features });
    labelled.push({ title, fromMillis, labels: withLeaving(labels, leavingOneIn) });
    const reading = await checkHour(scene, endpoint, fromMillis);
    narrator.say(sentenceOf(reading));
    hours.push({ ...reading, title });
  }

  narrator.step("Wait for the message to the team");
  const mail = await waitFor("the message to the team", async () => {
    const text = await inbox.read();
    // The real schedule runs beside the story's, and may have found that nothing was captured lately.
    return text?.includes("data quality violated") ? text : undefined;
  });
  return { hours, mail, endpoint, inbox, labelled };
}

type Labels = LabelledHour["labels"];

function withLeaving(labels: Labels, oneIn: number | undefined): Labels {
  if (oneIn === undefined) return labels;
  return new Map([...labels].map(([id, label], index) => [id, index % oneIn === 0 ? 1 : label]));
}

/** Adds the check of the model's quality, against what the model achieved on data held back. */
export async function addQualityCheck(scene: Scene, { endpoint, inbox }: Found): Promise<void> {
  const { narrator } = scene;
  narrator.step("Add a check of the model's quality, with a baseline of validation data");
  const folder = join(scene.folder, "quality-baseline");
  await mkdir(folder, { recursive: true });
  const file = join(scene.folder, "validation.csv");
  const problem = ["--problem", "binary-classification"];
  await run(scene, ["baseline", "--predictions", shown(file), ...problem, "--out", shown(folder)]);
  const prefix = `${PREFIX.baselines}${endpoint}/initial/${QUALITY_BASELINE}`;
  await uploadFolder(scene, folder, prefix);
  await registerMonitor(scene, endpoint, inbox.arn, QUALITY_CHECK);
}

const QUALITY_CHECK = `  modelQuality: { every: PT1H, minimumLabels: 100 }
labels: { expectedWithin: PT1H, minimumCoverage: 0.8 }
`;

/** `churn`, or in an account where a story was told before, the first of `churn-2`, `churn-3`, … */
async function freeEndpointName(sagemaker: SageMakerClient): Promise<string> {
  const { Endpoints = [] } = await sagemaker.send(
    new ListEndpointsCommand({ NameContains: "churn", MaxResults: 100 }),
  );
  const taken = new Set(Endpoints.map(({ EndpointName }) => EndpointName));
  let name = "churn";
  for (let number = 2; taken.has(name); number++) name = `churn-${number}`;
  return name;
}

/** Runs a command of the command line, and shows what it says. */
async function run(scene: Scene, args: readonly string[]): Promise<void> {
  scene.narrator.say(`$ plumbline ${args.join(" ")}`);
  const output = await plumbline(scene.account, args);
  for (const line of output.trimEnd().split("\n")) scene.narrator.say(line);
}

async function makeBaseline(scene: Scene, endpoint: string, csv: string): Promise<void> {
  const folder = join(scene.folder, "baseline");
  await mkdir(folder, { recursive: true });
  const file = join(scene.folder, "baseline.csv");
  await writeFile(file, csv);
  await run(scene, ["baseline", shown(file), "--out", shown(folder)]);
  await uploadFolder(scene, folder, `${PREFIX.baselines}${endpoint}/initial/`);
}

async function registerMonitor(
  scene: Scene,
  endpoint: string,
  inboxArn: string,
  more = "",
): Promise<void> {
  const file = join(scene.folder, "monitor.yml");
  await writeFile(
    file,
    `endpoint: ${endpoint}
problem: binary-classification
capture: s3://${scene.bucket}/${PREFIX.captures}${endpoint}
prediction: { probability: 0, threshold: 0.5 }
baseline: s3://${scene.bucket}/${PREFIX.baselines}${endpoint}/initial/
checks:
  dataQuality: { every: PT1H, dialect: sagemaker, minimumRows: 100 }
${more}notify: [${inboxArn}]
`,
  );
  await run(scene, ["monitors", "apply", shown(file)]);
}

interface Hour {
  readonly endpoint: string;
  readonly fromMillis: number;
  readonly nextRow: ReturnType<typeof churnGenerator>;
  readonly changes: readonly UpstreamChange[];
  readonly features: readonly string[];
}

async function sendHour(scene: Scene, hour: Hour): Promise<Labels> {
  const bar = scene.narrator.bar("requests", ROWS_PER_HOUR);
  const { labels } = await replayTraffic({
    ...hour,
    client: scene.runtime,
    hours: 1,
    rowsPerHour: ROWS_PER_HOUR,
    seed: hour.fromMillis % 2 ** 31,
    idPrefix: `story-${hour.fromMillis / HOUR_MILLIS}`,
    onProgress: ({ sentCount }) => bar.update(sentCount),
  });
  bar.stop();
  await flushCaptures(scene);
  return labels;
}

/** Sends what the hourly schedule would have sent, once the hour's captures were profiled. */
async function checkHour(
  scene: Scene,
  endpoint: string,
  fromMillis: number,
): Promise<WindowReading> {
  await waitFor("the captures to be profiled", async () =>
    (await countCapturedRecords(endpoint, fromMillis)) >= ROWS_PER_HOUR ? true : undefined,
  );
  await planAt(scene, fromMillis + HOUR_MILLIS);
  return waitFor("the check of the hour", () => readWindow(scene, endpoint, fromMillis));
}

/** What the check found in one line. */
export function sentenceOf({ result }: WindowReading): string {
  const { outcome, rowCount, violationCount } = result;
  if (outcome.outcome === "inconclusive") return `inconclusive: ${outcome.explanation}`;
  const drift = result.driftMax === null ? "" : `, greatest drift ${result.driftMax.toFixed(3)}`;
  const violations = formatNoun(violationCount, "violation");
  return `${outcome.outcome}: ${rowCount} rows, ${violations}${drift}`;
}
