import { formatNoun } from "../../shared/report/numbers.ts";
import { HOUR_MILLIS } from "../../shared/window/window.ts";
import { readAllRows } from "../churn/churn-rows.ts";
import { churnGenerator } from "../churn/generate-rows.ts";
import type { UpstreamChange } from "../churn/inject-change.ts";
import {
  applyMonitor,
  type ChurnMonitor,
  makeQualityBaseline,
  openChurn,
} from "./churn-monitor.ts";
import { planAt } from "./plan-at.ts";
import type { LabelledHour } from "./post-labels.ts";
import type { Scene } from "./scene.ts";
import { sendHour } from "./send-hour.ts";
import { waitFor } from "./wait-for.ts";
import { readWindow, type WindowReading } from "./window-reading.ts";

const ROWS_PER_HOUR = 500;
const SEED = 20_260_115;

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
  readonly monitor: ChurnMonitor;
  readonly labelled: readonly LabelledHour[];
}

const DATA_CHECK =
  "checks:\n  dataQuality: { every: PT1H, dialect: sagemaker, minimumRows: 100 }\n";

/** Captures in, drift alarms out: the endpoint, its monitor, hours of traffic, and who hears of it. */
export async function tellCapturesToAlarms(scene: Scene): Promise<Found> {
  const { narrator } = scene;
  const monitor = await openChurn(scene);
  const { endpoint, features, inbox } = monitor;
  narrator.step("Register the monitor");
  await applyMonitor(scene, monitor, DATA_CHECK);

  const nextRow = churnGenerator(readAllRows(), SEED);
  const firstHourMillis =
    Math.floor(Date.now() / HOUR_MILLIS) * HOUR_MILLIS - (HOURS.length + 1) * HOUR_MILLIS;
  const hours: Found["hours"][number][] = [];
  const labelled: LabelledHour[] = [];
  for (const [index, { title, changes, leavingOneIn }] of HOURS.entries()) {
    const fromMillis = firstHourMillis + index * HOUR_MILLIS;
    const clock = new Date(fromMillis).toISOString().slice(11, 16);
    narrator.step(`Hour ${clock}: ${title}`);
    const hour = { endpoint, fromMillis, rowCount: ROWS_PER_HOUR, nextRow, changes, features };
    const labels = await sendHour(scene, hour);
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
  return { hours, mail, monitor, labelled };
}

type Labels = LabelledHour["labels"];

function withLeaving(labels: Labels, oneIn: number | undefined): Labels {
  if (oneIn === undefined) return labels;
  return new Map([...labels].map(([id, label], index) => [id, index % oneIn === 0 ? 1 : label]));
}

/** Adds the check of the model's quality, against what the model achieved on data held back. */
export async function addQualityCheck(scene: Scene, { monitor }: Found): Promise<void> {
  const { narrator } = scene;
  narrator.step("Add a check of the model's quality, with a baseline of validation data");
  await makeQualityBaseline(scene, monitor);
  await applyMonitor(scene, monitor, `${DATA_CHECK}${QUALITY_CHECK}`);
}

/** The rest of the checks, and what belongs to them. */
const QUALITY_CHECK = `  modelQuality: { every: PT1H, minimumLabels: 100 }
labels: { expectedWithin: PT1H, minimumCoverage: 0.8 }
`;

/** Sends what the hourly schedule would have sent. */
async function checkHour(
  scene: Scene,
  endpoint: string,
  fromMillis: number,
): Promise<WindowReading> {
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
