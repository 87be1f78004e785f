import { join } from "node:path";
import { readCapturedHours } from "../../shared/aws/captured-hours.ts";
import { ALL_VARIANTS } from "../../shared/contracts/check-name.ts";
import type { CheckResult } from "../../shared/contracts/check-result.ts";
import { PREFIX } from "../../shared/contracts/storage-keys.ts";
import { compactTime, HOUR_MILLIS } from "../../shared/window/window.ts";
import { downloadPrefix, listKeys, readText, type Scene } from "./scene.ts";

/** What the deployed check said of one hour. */
export interface WindowReading {
  readonly result: CheckResult;
  /** The downloaded report, a path. */
  readonly report: string;
}

/** Captured records of the hour that were profiled and counted: what a plan of checks will see. */
export async function countCapturedRecords(endpoint: string, hourMillis: number): Promise<number> {
  const hours = await readCapturedHours(endpoint, hourMillis);
  return hours
    .filter((hour) => hour.hourMillis === hourMillis)
    .reduce((sum, { recordCount }) => sum + recordCount, 0);
}

/**
 * The newest result of the hour, once there is one that saw its captures: the real schedule, which runs
 * too, may have looked before they came. Its report is copied beside the account.
 */
export async function readWindow(
  scene: Scene,
  endpoint: string,
  fromMillis: number,
): Promise<WindowReading | undefined> {
  const window = `${compactTime(fromMillis)}--${compactTime(fromMillis + HOUR_MILLIS)}`;
  const prefix = `${PREFIX.reports}${endpoint}/${ALL_VARIANTS}/data-quality/${window}/`;
  const results = (await listKeys(scene, prefix)).filter((key) => key.endsWith("/result.json"));
  const newest = results.at(-1);
  if (newest === undefined) return undefined;
  const result: CheckResult = JSON.parse(await readText(scene, newest));
  if (result.rowCount === 0) return undefined;
  const folder = join(scene.folder, "reports", window);
  await downloadPrefix(scene, newest.slice(0, -"result.json".length), folder);
  return { result, report: join(folder, "report.html") };
}
