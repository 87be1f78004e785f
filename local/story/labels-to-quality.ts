import { join } from "node:path";
import { ALL_VARIANTS } from "../../shared/contracts/check-name.ts";
import type { QualityCheckResult } from "../../shared/contracts/quality-result.ts";
import { PREFIX } from "../../shared/contracts/storage-keys.ts";
import { formatNoun } from "../../shared/report/numbers.ts";
import { compactTime, HOUR_MILLIS } from "../../shared/window/window.ts";
import type { Inbox } from "./inbox.ts";
import { planAt } from "./plan-at.ts";
import { type LabelledHour, type LabelPost, postLabels } from "./post-labels.ts";
import { downloadPrefix, listKeys, readText, type Scene } from "./scene.ts";
import { waitFor } from "./wait-for.ts";

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

/** Labels in, quality alarm out: late, shuffled and partly twice, and who hears of what they tell. */
export async function tellLabelsToQuality(
  scene: Scene,
  { endpoint, hours, inbox }: QualityStory,
): Promise<QualityFound> {
  const readings = await checkLabelledHours(scene, { endpoint, hours });
  scene.narrator.step("Wait for the message about the model's quality");
  const mail = await waitFor("the message about the model's quality", async () => {
    const text = await inbox.read();
    return text?.includes("model quality violated") ? text : undefined;
  });
  return { hours: readings, mail };
}

/** Posts the labels of hours, and has the quality of each hour checked once they are all there. */
export async function checkLabelledHours(scene: Scene, post: LabelPost): Promise<QualityReading[]> {
  const { narrator } = scene;
  const { endpoint, hours } = post;
  const isAhead = post.arrivedMillis !== undefined;
  const way = isAhead ? "ahead of the clock" : "post them by HTTP";
  narrator.step(`The labels become known: ${way}, shuffled, one in ten twice`);
  const counts = await postLabels(scene, post);
  narrator.say(`${counts.accepted} accepted, ${counts.duplicate} known already`);

  narrator.step("All labels that were expected are there: check the quality of each hour");
  const ends = hours.map(({ fromMillis }) => fromMillis + HOUR_MILLIS);
  await planAt(scene, Math.max(...ends) + (isAhead ? 0 : HOUR_MILLIS));
  const readings: QualityReading[] = [];
  for (const { title, fromMillis } of hours) {
    const reading = await waitFor("the quality check of an hour", () =>
      readQuality(scene, endpoint, fromMillis),
    );
    narrator.say(`${new Date(fromMillis).toISOString().slice(11, 16)} ${sentenceOf(reading)}`);
    readings.push({ ...reading, title });
  }
  return readings;
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
