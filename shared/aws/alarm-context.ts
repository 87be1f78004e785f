import { parseAlarmName } from "../alarm/alarms.ts";
import type { AlarmContext } from "../alarm/message.ts";
import { labelTotals, RECEIVED_HOURS } from "../alarm/received-labels.ts";
import {
  newestConclusive,
  newestViolated,
  otherWindows,
  violatedSinceMillis,
} from "../alarm/violated-since.ts";
import type { AlarmMessage } from "../contracts/alarm-message.ts";
import { ALL_VARIANTS, CHECK_NAMES, type CheckName } from "../contracts/check-name.ts";
import { isoSeconds, type WindowRecord } from "../window/plan.ts";
import { HOUR_MILLIS } from "../window/window.ts";
import { readLabelledHours } from "./label-hours.ts";
import { readResult, reportLocation } from "./reports.ts";
import { readNewestWindowRecords } from "./window-records.ts";

/** What is known of the endpoint of an alarm, for alarms of results; nothing for all others. */
export async function readAlarmContext(alarm: AlarmMessage): Promise<AlarmContext> {
  const name = parseAlarmName(alarm.AlarmName);
  if (name === null) return {};
  const { endpoint, kind } = name;
  if (kind === "inconclusive") {
    const windows = await readNewestWindowRecords(endpoint);
    const newest = windows.find(
      ({ check, variant, result }) =>
        check === "data-quality" && variant === ALL_VARIANTS && result !== undefined,
    );
    return newest?.result?.outcome.outcome === "inconclusive" ? { inconclusive: newest } : {};
  }
  if (kind === "rejected-labels") {
    const atMillis = Date.parse(alarm.StateChangeTime);
    const hours = await readLabelledHours(endpoint, atMillis - RECEIVED_HOURS * HOUR_MILLIS);
    return { received: labelTotals(hours, atMillis) };
  }
  const check = CHECK_NAMES.find((known) => known === kind);
  if (check === undefined) return {};
  return readViolation(endpoint, check, await readNewestWindowRecords(endpoint));
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
    others: otherWindows(windows, record),
    violatedSince: isoSeconds(violatedSinceMillis(windows, record)),
    ...(hasPassed ? { passedAt: isoSeconds(newest.window.toMillis) } : {}),
  };
}
