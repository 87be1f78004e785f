import type { AlarmMessage } from "../../contracts/alarm-message.ts";
import { MonitoringError } from "../../contracts/monitoring-error.ts";
import type { Incident } from "../../contracts/self-healing/incident.ts";
import type { RetrainingEvent } from "../../contracts/self-healing/retraining-event.ts";
import type { RetrainingDecision } from "../../retrain/decide.ts";
import { listEndedAlarms } from "../alarms.ts";
import { logger } from "../handlers.ts";
import { readAlarmEvidence } from "./alarm-evidence.ts";
import { decideAndAct } from "./decide-retraining.ts";
import { listOpenIncidents, noteAlarm } from "./incidents.ts";

/** By endpoint; null of one that has no definition that holds. */
export type Decisions = Readonly<Record<string, RetrainingDecision | null>>;

/**
 * Decides about every endpoint that an event is about. Each for itself: one that fails keeps no other
 * from its decision, and the event is worked on again.
 */
export async function decideAll(event: RetrainingEvent): Promise<Decisions> {
  const { nowMillis } = event;
  const request = event.kind === "asked" && event.request ? { request: event.request } : {};
  const endpoints = await endpointsToDecide(event);
  const failed: string[] = [];
  const decided: [string, RetrainingDecision | null][] = [];
  for (const endpoint of endpoints) {
    try {
      const decision = await decideAndAct({ endpoint, nowMillis, ...request });
      const { decision: word = "none", reason = "no valid definition" } = decision ?? {};
      logger.info("decided", { endpoint, decision: word, rule: decision?.rule, reason });
      decided.push([endpoint, decision]);
    } catch (error) {
      logger.error("not decided", { endpoint, error });
      failed.push(endpoint);
    }
  }
  if (failed.length === 0) return Object.fromEntries(decided);
  throw new MonitoringError("not-decided", `endpoints ${failed}: must all be decided about`);
}

/**
 * The endpoints that an event asks to decide about, once their incidents know of it: those whose incident
 * is open then.
 */
async function endpointsToDecide(event: RetrainingEvent): Promise<string[]> {
  switch (event.kind) {
    case "asked":
      return [event.endpoint];
    case "hourly":
      return await openEndpoints(await listOpenIncidents(), async (incident) =>
        withoutEnded(incident, new Date(event.nowMillis).toISOString()),
      );
    case "alarms":
      return await openEndpoints(event.alarms, noteMessage);
  }
}

/** The endpoints whose incident is still open after a step, each once. */
async function openEndpoints<Thing>(
  things: readonly Thing[],
  step: (thing: Thing) => Promise<Incident | null>,
): Promise<string[]> {
  const endpoints = new Set<string>();
  for (const thing of things) {
    const incident = await step(thing);
    if (incident !== null && incident.closedAt === undefined) endpoints.add(incident.endpoint);
  }
  return [...endpoints];
}

/**
 * What became of an incident whose alarms may have ended without a word: the word was lost, or the
 * alarm was deleted with the check that it was for.
 */
async function withoutEnded(incident: Incident, at: string): Promise<Incident | null> {
  const { endpoint, alarms } = incident;
  const open = Object.keys(alarms).filter((name) => alarms[name]?.state === "ALARM");
  let after: Incident | null = incident;
  for (const alarm of await listEndedAlarms(open)) {
    after = await noteAlarm({ endpoint, alarm, state: "OK", at, causes: [] });
  }
  return after;
}

async function noteMessage(message: AlarmMessage): Promise<Incident | null> {
  const { AlarmName: alarm, NewStateValue: state, StateChangeTime } = message;
  // Without data an alarm says nothing: the gauges see to it that silence is an alarm of its own.
  if (state === "INSUFFICIENT_DATA") return null;
  const evidence = await readAlarmEvidence(alarm);
  if (evidence === null) return null;
  const { endpoint, causes, measured } = evidence;
  const at = new Date(StateChangeTime).toISOString();
  return await noteAlarm({ endpoint, alarm, state, at, causes, ...(measured && { measured }) });
}
