import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { ALL_VARIANTS } from "../../shared/contracts/check-name.ts";
import { MonitoringError } from "../../shared/contracts/monitoring-error.ts";
import type { QualityCheckResult } from "../../shared/contracts/quality-result.ts";
import { PREFIX } from "../../shared/contracts/storage-keys.ts";
import { formatNoun } from "../../shared/report/numbers.ts";
import { compactTime, HOUR_MILLIS } from "../../shared/window/window.ts";
import { httpApiUrl } from "../http-api.ts";
import { randomSource } from "../random.ts";
import type { Inbox } from "./inbox.ts";
import { planAt } from "./plan-at.ts";
import { plumbline } from "./plumbline.ts";
import { downloadPrefix, listKeys, readText, type Scene } from "./scene.ts";
import { waitFor } from "./wait-for.ts";

/** The labels of one hour's traffic, by inference id: what became of the customers. */
export interface LabelledHour {
  readonly title: string;
  readonly fromMillis: number;
  readonly labels: ReadonlyMap<string, 0 | 1>;
}

/** What the deployed check said of one hour's quality. */
export interface QualityReading {
  readonly title: string;
  readonly result: QualityCheckResult;
  /** The downloaded report, a path. */
  readonly report: string;
}

export interface QualityFound {
  readonly hours: readonly QualityReading[];
  /** The text of the message to the team. */
  readonly mail: string;
}

export interface QualityStory {
  readonly endpoint: string;
  readonly hours: readonly LabelledHour[];
  readonly inbox: Inbox;
}

const LABELS_PER_REQUEST = 500;
const SEED = 20_260_116;
/** Of the labels, how many are sent a second time: clients repeat what they are not sure of. */
const REPEATED_FRACTION = 0.1;

/** Labels in, quality alarm out: late, shuffled and partly twice, and who hears of what they tell. */
export async function tellLabelsToQuality(
  scene: Scene,
  { endpoint, hours, inbox }: QualityStory,
): Promise<QualityFound> {
  const { narrator } = scene;
  narrator.step("The labels become known: post them by HTTP, shuffled, one in ten twice");
  const posted = shuffled(hours.flatMap(labelsOf));
  const counts = await postLabels(scene, endpoint, posted);
  narrator.say(`${counts.accepted} accepted, ${counts.duplicate} known already`);

  narrator.step("All labels that were expected are there: check the quality of each hour");
  const ends = hours.map(({ fromMillis }) => fromMillis + HOUR_MILLIS);
  await planAt(scene, Math.max(...ends) + HOUR_MILLIS);
  const readings: QualityReading[] = [];
  for (const { title, fromMillis } of hours) {
    const reading = await waitFor("the quality check of an hour", () =>
      readQuality(scene, endpoint, fromMillis),
    );
    narrator.say(`${new Date(fromMillis).toISOString().slice(11, 16)} ${sentenceOf(reading)}`);
    readings.push({ ...reading, title });
  }

  narrator.step("Wait for the message about the model's quality");
  const mail = await waitFor("the message about the model's quality", async () => {
    const text = await inbox.read();
    return text?.includes("model quality violated") ? text : undefined;
  });
  return { hours: readings, mail };
}

interface PostedLabel {
  readonly inferenceId: string;
  readonly label: 0 | 1;
  readonly labelTime: string;
}

function labelsOf({ fromMillis, labels }: LabelledHour): PostedLabel[] {
  const labelTime = new Date(fromMillis + HOUR_MILLIS + 60_000).toISOString();
  return [...labels].map(([inferenceId, label]) => ({ inferenceId, label, labelTime }));
}

function shuffled(labels: readonly PostedLabel[]): PostedLabel[] {
  const random = randomSource(SEED);
  const repeated = labels.filter(() => random() < REPEATED_FRACTION);
  return [...labels, ...repeated]
    .map((label) => ({ label, order: random() }))
    .sort((a, b) => a.order - b.order)
    .map(({ label }) => label);
}

async function postLabels(scene: Scene, endpoint: string, labels: readonly PostedLabel[]) {
  const created = await plumbline(scene.account, ["keys", "create", endpoint, "--json"]);
  const { key } = JSON.parse(created) as { key: string };
  const url = `${await httpApiUrl(scene.account)}/endpoints/${endpoint}/labels`;
  const bar = scene.narrator.bar("labels", labels.length);
  let [accepted, duplicate] = [0, 0];
  for (let start = 0; start < labels.length; start += LABELS_PER_REQUEST) {
    const response = await fetch(url, {
      method: "POST",
      headers: {
        authorization: `Bearer ${key}`,
        "content-type": "application/json",
        "idempotency-key": randomUUID(),
      },
      body: JSON.stringify({ labels: labels.slice(start, start + LABELS_PER_REQUEST) }),
    });
    if (response.status !== 202) {
      const answer = `${response.status} ${await response.text()}`;
      throw new MonitoringError("labels-refused", `POST ${url}: ${answer}: must be 202`);
    }
    const answer = (await response.json()) as { accepted: number; duplicate: number };
    accepted += answer.accepted;
    duplicate += answer.duplicate;
    bar.update(start + LABELS_PER_REQUEST);
  }
  bar.stop();
  return { accepted, duplicate };
}

/** The newest result of the hour; its report is copied beside the account. */
async function readQuality(
  scene: Scene,
  endpoint: string,
  fromMillis: number,
): Promise<Omit<QualityReading, "title"> | undefined> {
  const window = `${compactTime(fromMillis)}--${compactTime(fromMillis + HOUR_MILLIS)}`;
  const prefix = `${PREFIX.reports}${endpoint}/${ALL_VARIANTS}/model-quality/${window}/`;
  const results = (await listKeys(scene, prefix)).filter((key) => key.endsWith("/result.json"));
  const newest = results.at(-1);
  if (newest === undefined) return undefined;
  const folder = join(scene.folder, "reports", "model-quality", window);
  await downloadPrefix(scene, newest.slice(0, -"result.json".length), folder);
  return { result: JSON.parse(await readText(scene, newest)), report: join(folder, "report.html") };
}

/** What the check found in one line. */
export function sentenceOf({ result }: Pick<QualityReading, "result">): string {
  const { outcome, coverage, metrics, checks } = result;
  if (outcome.outcome === "inconclusive") return `inconclusive: ${outcome.explanation}`;
  const text = (value: number) => value.toFixed(3);
  const accuracy = metrics.find(({ metric }) => metric === "accuracy");
  const measured = accuracy?.value == null ? "" : `, accuracy ${text(accuracy.value)}`;
  const { lower, upper } = accuracy?.interval ?? {};
  const bounds =
    lower === undefined || upper === undefined ? "" : ` (${text(lower)}–${text(upper)})`;
  const violated = checks.filter((check) => check.outcome === "violated");
  const count = violated.length === 0 ? "" : `, ${formatNoun(violated.length, "metric")} violated`;
  const labelled = `${coverage.labelledCount} of ${coverage.capturedCount} labelled`;
  return `${outcome.outcome}: ${labelled}${measured}${bounds}${count}`;
}
