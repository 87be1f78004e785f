import { parseAlarmName } from "../alarm/alarms.ts";
import type { AlarmContext } from "../alarm/message.ts";
import { newestConclusive, newestViolated, violatedSinceMillis } from "../alarm/violated-since.ts";
import type { AlarmMessage } from "../contracts/alarm-message.ts";
import { ALL_VARIANTS, type CheckName } from "../contracts/check-name.ts";
import { isoSeconds, type WindowRecord } from "../window/plan.ts";
import { readResult, reportLocation } from "./reports.ts";
import { readNewestWindowRecords } from "./window-records.ts";

/** What is known of the endpoint of an alarm, for alarms of results; nothing for all others. */
export async function readAlarmContext(alarm: AlarmMessage): Promise<AlarmContext> {
  const name = parseAlarmName(alarm.AlarmName);
  if (name?.kind === "inconclusive") {
    const windows = await readNewestWindowRecords(name.endpoint);
    const newest = windows.find(({ variant, result }) => variant === ALL_VARIANTS && result);
    return newest?.result?.outcome.outcome === "inconclusive" ? { inconclusive: newest } : {};
  }
  if (name?.kind !== "data-quality") return {};
  const windows = await readNewestWindowRecords(name.endpoint);
  return readViolation(name.endpoint, name.kind, windows);
}

async function readViolation(
  endpoint: string,
  check: CheckName,
  windows: readonly WindowRecord[],
): Promise<AlarmContext> {
  const record = newestViolated(windows, check);
  if (record?.result === undefined) return {};
  const key = { endpoint, variant: record.variant, check, window: record.window };
  const result = await readResult(key, record.result.revision);
  if (result === null) return {};
  const newest = newestConclusive(windows, check);
  const hasPassed = newest?.result?.outcome.outcome === "passed";
  return {
    latest: { record, result, reportUri: reportLocation(key, record.result.revision) },
    violatedSince: isoSeconds(violatedSinceMillis(windows, record)),
    ...(hasPassed ? { passedAt: isoSeconds(newest.window.toMillis) } : {}),
  };
}
