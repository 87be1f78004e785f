import type { Incident, IncidentAlarm, IncidentCause } from "../contracts/self-healing/incident.ts";
import { INCIDENT_CAUSES } from "../contracts/self-healing/incident.ts";
import { incidentId } from "./run-id.ts";

/** One change of an alarm's state, as CloudWatch tells it. */
export interface AlarmChange {
  readonly endpoint: string;
  readonly alarm: string;
  readonly state: "ALARM" | "OK";
  /** ISO 8601. */
  readonly at: string;
  readonly causes: readonly IncidentCause[];
  readonly measured?: IncidentAlarm["measured"];
}

/**
 * The endpoint's newest incident after an alarm has changed: the first alarm opens one, causes accumulate
 * while any alarm is open, and the last one to be over closes it. A change told twice, or after a later
 * one of the same alarm, changes nothing.
 *
 * @param newest the newest incident so far, open or not; null when there was none
 * @returns null when there has been none
 */
export function afterAlarm(newest: Incident | null, change: AlarmChange): Incident | null {
  const { alarm, state, at } = change;
  if (newest === null || newest.closedAt !== undefined) {
    const isLate = newest !== null && Date.parse(at) <= Date.parse(newest.closedAt!);
    return state === "OK" || isLate ? newest : opened(change);
  }
  const known = newest.alarms[alarm];
  const isLate = known !== undefined && Date.parse(at) < Date.parse(known.since);
  const isOfNoAlarm = known === undefined && state === "OK";
  if (isLate || isOfNoAlarm) return newest;
  const alarms = {
    ...newest.alarms,
    [alarm]: {
      state,
      since: known?.state === state ? known.since : at,
      causes: ordered([...(known?.causes ?? []), ...(state === "ALARM" ? change.causes : [])]),
      ...measuredOf(change.measured ?? known?.measured),
    },
  };
  const isOver = Object.values(alarms).every((each) => each.state === "OK");
  return { ...newest, alarms, ...(isOver ? { closedAt: at } : {}) };
}

function opened({ endpoint, alarm, at, causes, measured }: AlarmChange): Incident {
  return {
    incident: incidentId(endpoint, alarm, at),
    endpoint,
    openedAt: at,
    alarms: {
      [alarm]: { state: "ALARM", since: at, causes: ordered(causes), ...measuredOf(measured) },
    },
  };
}

function measuredOf(measured: IncidentAlarm["measured"]) {
  return measured === undefined ? {} : { measured };
}

/** Everything that the incident has been about, gravest first. */
export function causesOf({ alarms }: Incident): IncidentCause[] {
  return ordered(Object.values(alarms).flatMap(({ causes }) => causes));
}

/** What it is about now. */
export function openCausesOf({ alarms }: Incident): IncidentCause[] {
  const open = Object.values(alarms).filter(({ state }) => state === "ALARM");
  return ordered(open.flatMap(({ causes }) => causes));
}

function ordered(causes: readonly IncidentCause[]): IncidentCause[] {
  return INCIDENT_CAUSES.filter((cause) => causes.includes(cause));
}
