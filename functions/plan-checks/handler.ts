// Every hour → one `Check Due` event for each check that is due, and the gauges that alarms watch.
import { issuePlan } from "../../shared/aws/endpoint-plans.ts";
import { eventHandler, logger } from "../../shared/aws/handlers.ts";
import { listMonitorRecords } from "../../shared/aws/monitor-records.ts";
import { readMonitors } from "../../shared/aws/monitors.ts";
import { putOwnEvents } from "../../shared/aws/own-events.ts";
import { MONITOR_CHANGED } from "../../shared/contracts/monitor-changed.ts";
import { MonitoringError } from "../../shared/contracts/monitoring-error.ts";
import { planDue } from "../../shared/contracts/plan-due.ts";
import { changedMonitors } from "../../shared/window/changed-monitors.ts";

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
  const plans = await Promise.allSettled(
    monitors.map(async ({ endpoint, content: definition, modifiedMillis: definedAtMillis }) => {
      if (definition instanceof MonitoringError) {
        logger.warn("definition does not validate", { endpoint, why: definition.message });
        return;
      }
      const registered = records.find((record) => record.endpoint === endpoint);
      const dueCount = await issuePlan({ definition, definedAtMillis, registered }, nowMillis);
      logger.info("planned", { endpoint, dueCount });
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
