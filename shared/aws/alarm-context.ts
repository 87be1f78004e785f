import { parseAlarmName } from "../alarm/alarms.ts";
import type { AlarmContext } from "../alarm/message.ts";
import { newestConclusive, newestViolated, violatedSinceMillis } from "../alarm/violated-since.ts";
import type { AlarmMessage } from "../contracts/alarm-message.ts";
import { CHECK_NAMES } from "../contracts/check-name.ts";
import { isoSeconds } from "../window/plan.ts";
import { readResult, reportLocation } from "./reports.ts";
import { readNewestWindowRecords } from "./window-records.ts";

/** What is known of the endpoint of an alarm, for alarms of results; nothing for all others. */
export async function readAlarmContext(alarm: AlarmMessage): Promise<AlarmContext> {
  const name = parseAlarmName(alarm.AlarmName);
  const check = CHECK_NAMES.find((known) => known === name?.kind);
  if (name === null || check === undefined) return {};
  const { endpoint } = name;
  const windows = await readNewestWindowRecords(endpoint);
  const record = newestViolated(windows, check);
  if (record?.result === undefined) return {};
  const key = { endpoint, variant: record.variant, check, window: record.window };
  const result = await readResult(key, record.result.revision);
  if (result === null) return {};
  const sinceMillis = violatedSinceMillis(windows, record);
  const newest = newestConclusive(windows, check);
  const hasPassed = newest?.result?.outcome.outcome === "passed";
  return {
    latest: { record, result, reportUri: reportLocation(key, record.result.revision) },
    violatedSince: isoSeconds(sinceMillis),
    ...(hasPassed ? { passedAt: isoSeconds(newest.window.toMillis) } : {}),
  };
}
