import { join } from "node:path";
import { ALL_VARIANTS } from "../../shared/contracts/check-name.ts";
import type { CheckResult } from "../../shared/contracts/check-result.ts";
import { hourPath, PREFIX } from "../../shared/contracts/storage-keys.ts";
import { compactTime, HOUR_MILLIS } from "../../shared/window/window.ts";
import { downloadPrefix, listKeys, readText, type Scene } from "./scene.ts";

/** What the deployed check said of one hour. */
export interface WindowReading {
  readonly result: CheckResult;
  /** The downloaded report, a path. */
  readonly report: string;
}

/** Whether every capture object of the hour has its profile. */
export async function isProfiled(
  scene: Scene,
  endpoint: string,
  hourMillis: number,
): Promise<true | undefined> {
  const variants = `${endpoint}/AllTraffic/${hourPath(hourMillis)}/`;
  const captures = await listKeys(scene, PREFIX.captures + variants);
  const profiles = await listKeys(scene, PREFIX.objectProfiles + variants);
  return captures.length > 0 && profiles.length === captures.length ? true : undefined;
}

/** The newest result of the hour, once there is one; its report is copied beside the account. */
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
  const folder = join(scene.folder, "reports", window);
  await downloadPrefix(scene, newest.slice(0, -"result.json".length), folder);
  return { result: JSON.parse(await readText(scene, newest)), report: join(folder, "report.html") };
}
