import { HOUR_MILLIS } from "../../shared/window/window.ts";
import type { ChurnRow } from "../churn/churn-rows.ts";
import type { UpstreamChange } from "../churn/inject-change.ts";
import { replayTraffic } from "../churn/replay-traffic.ts";
import type { LabelledHour } from "./post-labels.ts";
import { flushCaptures, type Scene } from "./scene.ts";
import { waitFor } from "./wait-for.ts";
import { countCapturedRecords } from "./window-reading.ts";

/** One hour of traffic, sent in a second or two. */
export interface Hour {
  readonly endpoint: string;
  readonly fromMillis: number;
  readonly rowCount: number;
  readonly nextRow: () => ChurnRow;
  readonly features: readonly string[];
  readonly changes?: readonly UpstreamChange[];
}

/**
 * Sends an hour's requests and waits until their captures are profiled.
 *
 * @returns what became of the customers
 */
export async function sendHour(scene: Scene, hour: Hour): Promise<LabelledHour["labels"]> {
  const { endpoint, fromMillis, rowCount } = hour;
  const bar = scene.narrator.bar("requests", rowCount);
  const { labels } = await replayTraffic({
    ...hour,
    client: scene.runtime,
    hours: 1,
    rowsPerHour: rowCount,
    seed: fromMillis % 2 ** 31,
    idPrefix: `story-${fromMillis / HOUR_MILLIS}`,
    onProgress: ({ sentCount }) => bar.update(sentCount),
  });
  bar.stop();
  await flushCaptures(scene);
  await waitFor("the captures to be profiled", async () =>
    (await countCapturedRecords(endpoint, fromMillis)) >= rowCount ? true : undefined,
  );
  return labels;
}
