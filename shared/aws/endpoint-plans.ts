import { gaugesOf } from "../alarm/gauges.ts";
import { CHECK_DUE } from "../contracts/check-due.ts";
import { MONITOR_CHANGED } from "../contracts/monitor-changed.ts";
import type { MonitorDefinition } from "../contracts/monitor-definition.ts";
import { hasNewVariant, type Registered } from "../window/changed-monitors.ts";
import { type EndpointHistory, knownFromMillis, planChecks } from "../window/plan.ts";
import { readCapturedHours } from "./captured-hours.ts";
import { readLabelledHours } from "./label-hours.ts";
import { putMetrics } from "./metrics.ts";
import { putOwnEvents } from "./own-events.ts";
import { stageCount } from "./stage.ts";
import { noteIssued, readWindowRecords } from "./window-records.ts";

/** One monitor as it stands when an hour is planned. */
export interface PlannedMonitor {
  readonly definition: MonitorDefinition;
  readonly definedAtMillis: number;
  /** What was registered of it; undefined when nothing was yet. */
  readonly registered: Registered | undefined;
}

/**
 * Sends an endpoint's checks that are due, then notes that they were sent: one sent twice is made twice
 * with the same bytes, one never sent would be missed. Puts its gauges.
 *
 * @returns how many checks were sent
 */
export async function issuePlan(monitor: PlannedMonitor, nowMillis: number): Promise<number> {
  const { definition, registered } = monitor;
  const history = await readEndpointHistory(monitor, nowMillis);
  const watermarkMillis = stageCount("watermarkMinutes") * 60_000;
  const input = { definition, history, nowMillis, watermarkMillis };
  const due = planChecks(input);
  await putOwnEvents(CHECK_DUE, due);
  for (const check of due) await noteIssued(check, nowMillis);
  await putMetrics(gaugesOf(input));
  if (registered && hasNewVariant(history.hours, registered, nowMillis)) {
    await putOwnEvents(MONITOR_CHANGED, [{ endpoint: definition.endpoint }]);
  }
  return due.length;
}

async function readEndpointHistory(
  { definition, definedAtMillis }: PlannedMonitor,
  nowMillis: number,
): Promise<EndpointHistory> {
  const { endpoint } = definition;
  const fromMillis = knownFromMillis(definition, nowMillis);
  const [hours, windows, labels] = await Promise.all([
    readCapturedHours(endpoint, fromMillis),
    readWindowRecords(endpoint, fromMillis),
    definition.checks.modelQuality === undefined ? [] : readLabelledHours(endpoint, fromMillis),
  ]);
  return { definedAtMillis, hours, windows, labels };
}
