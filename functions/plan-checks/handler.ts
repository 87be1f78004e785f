// Every hour → one `Check Due` event for each check that is due, and the gauges that alarms watch.
import { gaugesOf } from "../../shared/alarm/gauges.ts";
import { readEndpointState } from "../../shared/aws/endpoint-states.ts";
import { eventHandler, logger } from "../../shared/aws/handlers.ts";
import { putMetrics } from "../../shared/aws/metrics.ts";
import { listMonitorRecords } from "../../shared/aws/monitor-records.ts";
import { type MonitorFile, readMonitors } from "../../shared/aws/monitors.ts";
import { putOwnEvents } from "../../shared/aws/own-events.ts";
import { stageCount } from "../../shared/aws/stage.ts";
import { noteIssued } from "../../shared/aws/window-records.ts";
import { CHECK_DUE } from "../../shared/contracts/check-due.ts";
import { MONITOR_CHANGED } from "../../shared/contracts/monitor-changed.ts";
import { MonitoringError } from "../../shared/contracts/monitoring-error.ts";
import { planDue } from "../../shared/contracts/plan-due.ts";
import { changedMonitors } from "../../shared/window/changed-monitors.ts";
import { planChecks } from "../../shared/window/plan.ts";

/**
 * Endpoints are planned beside each other, and each for itself: one that fails is logged, and the whole
 * is tried again, which issues nothing twice. What an earlier hour missed is issued by this one.
 */
export const handler = eventHandler(planDue, async ({ nowMillis }) => {
  const [monitors, records] = [await readMonitors(), await listMonitorRecords()];
  const changed = changedMonitors(monitors, records);
  await putOwnEvents(
    MONITOR_CHANGED,
    changed.map((endpoint) => ({ endpoint })),
  );
  const plans = await Promise.allSettled(monitors.map((file) => planEndpoint(file, nowMillis)));
  const failed = plans.flatMap((plan, index) => {
    if (plan.status === "fulfilled") return [];
    logger.error("endpoint not planned", { ...monitors[index], error: plan.reason });
    return [monitors[index]!.endpoint];
  });
  if (failed.length === 0) return;
  throw new MonitoringError("endpoints-not-planned", `plan: ${failed}: must all be planned`);
});

async function planEndpoint(file: MonitorFile, nowMillis: number): Promise<void> {
  const { endpoint, content: definition, modifiedMillis: definedAtMillis } = file;
  if (definition instanceof MonitoringError) {
    logger.warn("definition does not validate: not planned", { endpoint, why: definition.message });
    return;
  }
  const state = await readEndpointState(definition, { nowMillis, definedAtMillis });
  const watermarkMillis = stageCount("watermarkMinutes") * 60_000;
  const input = { definition, state, nowMillis, watermarkMillis };
  const due = planChecks(input);
  await putOwnEvents(CHECK_DUE, due);
  for (const check of due) await noteIssued(check, nowMillis);
  await putMetrics(gaugesOf(input));
  logger.info("planned", { endpoint, dueCount: due.length });
}
