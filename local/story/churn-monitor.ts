import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ListEndpointsCommand, type SageMakerClient } from "@aws-sdk/client-sagemaker";
import { PREFIX, QUALITY_BASELINE } from "../../shared/contracts/storage-keys.ts";
import { createChurnEndpoint } from "../churn/churn-endpoint.ts";
import { baselineCsv, predictionsCsv, trainChurnModel } from "../churn/churn-model.ts";
import { readAllRows, readTrainingRows } from "../churn/churn-rows.ts";
import { churnGenerator } from "../churn/generate-rows.ts";
import type { LogisticModel } from "../logistic-regression/model.ts";
import { type Inbox, openInbox } from "./inbox.ts";
import { plumbline } from "./plumbline.ts";
import { type Scene, shown, uploadFolder } from "./scene.ts";

const [VALIDATION_SEED, VALIDATION_ROWS] = [20_260_101, 5000];

/** An endpoint that serves the churn model, and the queue that stands for its team's mailbox. */
export interface ChurnMonitor {
  readonly endpoint: string;
  readonly features: readonly string[];
  readonly model: LogisticModel;
  readonly inbox: Inbox;
}

/** Brings the churn model into service with its data captured, and a baseline of what it is trained on. */
export async function openChurn(scene: Scene): Promise<ChurnMonitor> {
  const { narrator, s3, sagemaker, bucket } = scene;
  const endpoint = await freeEndpointName(sagemaker);
  narrator.step("Train the churn model and bring it into service");
  const training = readTrainingRows();
  const model = trainChurnModel(training);
  await createChurnEndpoint({ s3, sagemaker, bucket, endpoint, model });
  narrator.say(`endpoint ${endpoint}: logistic regression trained on ${training.rows.length} rows`);

  narrator.step("Switch data capture on");
  const captures = `s3://${bucket}/${PREFIX.captures.replace(/\/$/, "")}`;
  await show(scene, [
    "capture",
    "enable",
    endpoint,
    "--destination",
    captures,
    "--sampling",
    "100",
  ]);

  narrator.step("Make a baseline of what the model predicted and was trained on");
  await makeBaseline(scene, endpoint, baselineCsv(model, training));
  const inbox = await openInbox(scene.sqs, scene.account, `${endpoint}-team-inbox`);
  return { endpoint, features: training.features, model, inbox };
}

/** Makes a baseline of the model's quality on customers that it was not trained on. */
export async function makeQualityBaseline(
  scene: Scene,
  { endpoint, model }: ChurnMonitor,
): Promise<void> {
  const file = join(scene.folder, "validation.csv");
  const nextRow = churnGenerator(readAllRows(), VALIDATION_SEED);
  const rows = Array.from({ length: VALIDATION_ROWS }, nextRow);
  await writeFile(file, predictionsCsv(model, rows));
  const folder = join(scene.folder, "quality-baseline");
  await mkdir(folder, { recursive: true });
  const problem = ["--problem", "binary-classification"];
  await show(scene, ["baseline", "--predictions", shown(file), ...problem, "--out", shown(folder)]);
  await uploadFolder(scene, folder, `${baselineOf(endpoint)}${QUALITY_BASELINE}`);
}

/** Puts a definition in force: the endpoint, what is captured of it, and what more is given. */
export async function applyMonitor(
  scene: Scene,
  { endpoint, inbox }: ChurnMonitor,
  more: string,
): Promise<void> {
  const file = join(scene.folder, "monitor.yml");
  await writeFile(
    file,
    `endpoint: ${endpoint}
problem: binary-classification
capture: s3://${scene.bucket}/${PREFIX.captures}${endpoint}
prediction: { probability: 0, threshold: 0.5 }
baseline: s3://${scene.bucket}/${baselineOf(endpoint)}
${more}notify: [${inbox.arn}]
`,
  );
  await show(scene, ["monitors", "apply", shown(file)]);
}

const baselineOf = (endpoint: string): string => `${PREFIX.baselines}${endpoint}/initial/`;

/** Runs a command of the command line, and shows what it says. */
async function show(scene: Scene, args: readonly string[]): Promise<void> {
  scene.narrator.say(`$ plumbline ${args.join(" ")}`);
  const output = await plumbline(scene.account, args);
  for (const line of output.trimEnd().split("\n")) scene.narrator.say(line);
}

async function makeBaseline(scene: Scene, endpoint: string, csv: string): Promise<void> {
  const folder = join(scene.folder, "baseline");
  await mkdir(folder, { recursive: true });
  const file = join(scene.folder, "baseline.csv");
  await writeFile(file, csv);
  await show(scene, ["baseline", shown(file), "--out", shown(folder)]);
  await uploadFolder(scene, folder, baselineOf(endpoint));
}

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
