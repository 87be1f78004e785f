// Every hour → one `Check Due` event for each check that is due, and the gauges that alarms watch.
import { gaugesOf } from "../../shared/alarm/gauges.ts";
import { readEndpointState } from "../../shared/aws/endpoint-states.ts";
import { eventHandler, logger } from "../../shared/aws/handlers.ts";
import { putMetrics } from "../../shared/aws/metrics.ts";
import { listMonitorRecords, type MonitorRecord } from "../../shared/aws/monitor-records.ts";
import { type MonitorFile, readMonitors } from "../../shared/aws/monitors.ts";
import { putOwnEvents } from "../../shared/aws/own-events.ts";
import { stageCount } from "../../shared/aws/stage.ts";
import { noteIssued } from "../../shared/aws/window-records.ts";
import { CHECK_DUE } from "../../shared/contracts/check-due.ts";
import { MONITOR_CHANGED } from "../../shared/contracts/monitor-changed.ts";
import { MonitoringError } from "../../shared/contracts/monitoring-error.ts";
import { planDue } from "../../shared/contracts/plan-due.ts";
import { changedMonitors, hasNewVariant } from "../../shared/window/changed-monitors.ts";
import { planChecks } from "../../shared/window/plan.ts";

/**
 * Endpoints are planned beside each other, and each for itself: one that fails is logged, and the whole
 * is tried again, which issues nothing twice. What an earlier hour missed is issued by this one.
 */
export const handler = eventHandler(planDue, async ({ nowMillis }) => {
  const [monitors, records] = [await readMonitors(), await listMonitorRecords()];
  await putChanged(changedMonitors(monitors, records));
  const plans = await Promise.allSettled(
    monitors.map((file) => {
      const record = records.find(({ endpoint }) => endpoint === file.endpoint);
      return planEndpoint(file, record, nowMillis);
    }),
  );
  const failed = plans.flatMap((plan, index) => {
    if (plan.status === "fulfilled") return [];
    const { endpoint } = monitors[index]!;
    logger.error("endpoint not planned", { endpoint, error: plan.reason });
    return [endpoint];
  });
  if (failed.length === 0) return;
  throw new MonitoringError("endpoints-not-planned", `plan: ${failed}: must all be planned`);
});

async function planEndpoint(
  { endpoint, content: definition, modifiedMillis: definedAtMillis }: MonitorFile,
  record: MonitorRecord | undefined,
  nowMillis: number,
): Promise<void> {
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
  if (record && hasNewVariant(state.hours, record, nowMillis)) await putChanged([endpoint]);
  logger.info("planned", { endpoint, dueCount: due.length });
}

async function putChanged(endpoints: readonly string[]): Promise<void> {
  await putOwnEvents(
    MONITOR_CHANGED,
    endpoints.map((endpoint) => ({ endpoint })),
  );
}
