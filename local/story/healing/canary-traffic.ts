import { callFunction } from "../../../shared/aws/functions.ts";
import { readDecision } from "../../../shared/aws/self-healing/audit.ts";
import { listPending } from "../../../shared/aws/self-healing/pending-tasks.ts";
import { HOUR_MILLIS } from "../../../shared/window/window.ts";
import { readAllRows } from "../../churn/churn-rows.ts";
import { churnGenerator } from "../../churn/generate-rows.ts";
import { sendLiveTraffic } from "../../churn/replay-traffic.ts";
import { scheduledEvent } from "../plan-at.ts";
import { flushCaptures, type Scene } from "../scene.ts";
import { countCapturedRecords } from "../window-reading.ts";
import type { FollowedRun } from "./followed-run.ts";
import type { Patient } from "./patient.ts";

const SEED = 20_260_118;
const MINUTE_MILLIS = 60_000;

/** What customers sent at the present time. */
export interface LiveTraffic {
  readonly sentCount: number;
  readonly failedCount: number;
}

/**
 * Sends what customers send while the first step bakes, to champion and challenger by their weights, and
 * then the event of the schedule that has the judge look: a minute ahead, so that this minute is over.
 */
export async function bakeCanary(
  scene: Scene,
  { endpoint }: Patient,
  { run, until }: FollowedRun,
  requestCount: number,
): Promise<LiveTraffic> {
  await until("the canary to bake", async () =>
    (await listPending()).find((task) => task.run === run && task.kind === "bake"),
  );
  scene.narrator.step(`The challenger gets 5 % of the traffic: ${requestCount} customers now`);
  const hourMillis = Math.floor(Date.now() / HOUR_MILLIS) * HOUR_MILLIS;
  const before = await countCapturedRecords(endpoint, hourMillis);
  const sent = await sendNow(scene, endpoint, requestCount);
  const isOverHour = Date.now() >= hourMillis + HOUR_MILLIS;
  // Predictions are compared by what is captured.
  await until("the captures to be profiled", async () => {
    const count = await countCapturedRecords(endpoint, hourMillis);
    return isOverHour || count - before >= sent.sentCount - sent.failedCount ? true : undefined;
  });
  const at = new Date(Date.now() + MINUTE_MILLIS).toISOString();
  await callFunction("local", "judge-canary", scheduledEvent(at));
  await until("the verdict on the canary", async () => {
    return (await readDecision(run, "judge-canary.bake.0")) ?? undefined;
  });
  return sent;
}

/** Sends requests whose captures and metrics are then there to be read. */
export async function sendNow(
  scene: Scene,
  endpoint: string,
  requestCount: number,
): Promise<LiveTraffic> {
  const bar = scene.narrator.bar("requests", requestCount);
  const sent = await sendLiveTraffic({
    ...{ client: scene.runtime, endpoint, requestCount },
    nextRow: churnGenerator(readAllRows(), SEED),
    onProgress: ({ sentCount }) => bar.update(sentCount),
  });
  bar.stop();
  const { sentCount, failedCount } = sent;
  scene.narrator.say(`${sentCount} answered, of which ${failedCount} with an error`);
  await flushCaptures(scene);
  return sent;
}
