import { parseAlarmName } from "../../alarm/alarms.ts";
import { newestViolated } from "../../alarm/violated-since.ts";
import { CHECK_NAMES } from "../../contracts/check-name.ts";
import type { AuditInput } from "../../contracts/self-healing/audit-record.ts";
import type { IncidentAlarm, IncidentCause } from "../../contracts/self-healing/incident.ts";
import { alarmCauses } from "../../retrain/alarm-causes.ts";
import { isoSeconds } from "../../window/plan.ts";
import { hashResult, readResult } from "../reports.ts";
import { readNewestWindowRecords } from "../window-records.ts";

/** What an alarm of an endpoint stands for. */
export interface AlarmEvidence {
  readonly endpoint: string;
  readonly causes: readonly IncidentCause[];
  /** The window whose result raised it. */
  readonly measured?: IncidentAlarm["measured"];
  /** That result; of an alarm that no result raised, its name. */
  readonly input: AuditInput;
}

/** null for an alarm that is not an endpoint's. */
export async function readAlarmEvidence(alarm: string): Promise<AlarmEvidence | null> {
  const name = parseAlarmName(alarm);
  if (name === null) return null;
  const { endpoint, kind } = name;
  const bare = { endpoint, causes: alarmCauses(kind, null), input: { key: alarm } };
  const check = CHECK_NAMES.find((known) => known === kind);
  if (check === undefined) return bare;
  const record = newestViolated(await readNewestWindowRecords(endpoint), check);
  if (record?.result === undefined) return bare;
  const { window, variant } = record;
  const owner = { endpoint, check, variant, window };
  const { revision } = record.result;
  const [result, input] = [await readResult(owner, revision), await hashResult(owner, revision)];
  return {
    endpoint,
    causes: alarmCauses(kind, result),
    measured: { from: isoSeconds(window.fromMillis), to: isoSeconds(window.toMillis) },
    input: input ?? bare.input,
  };
}
