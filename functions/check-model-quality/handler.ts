// A model-quality check is due → captures joined with their labels, the report, and the metrics.
import { backfillName, startBackfill } from "../../shared/aws/backfills.ts";
import { logger, sqsHandler } from "../../shared/aws/handlers.ts";
import { askQuality, makeModelQualityCheck } from "../../shared/aws/model-quality-checks.ts";
import { findDefinition } from "../../shared/aws/monitors.ts";
import { putQualityMetrics } from "../../shared/aws/quality-metrics.ts";
import { checkDue } from "../../shared/contracts/check-due.ts";
import { MonitoringError } from "../../shared/contracts/monitoring-error.ts";

/**
 * A repeated delivery joins again what is there by now: the same captures and labels make the same
 * revision, byte for byte. A window that is too large for one function is handed over to the state
 * machine, once for an event. A definition that went away since the check was planned, or no longer asks
 * for it, ends it quietly.
 */
export const handler = sqsHandler(checkDue, async ({ time, detail: due }) => {
  const { endpoint, check, variant, window } = due;
  const definition = await findDefinition(endpoint);
  if (definition instanceof MonitoringError) {
    logger.warn("not checked", { ...due, why: definition.message });
    return;
  }
  const asOf = due.plannedAt ?? time;
  const asked = askQuality(due, definition, Date.parse(asOf));
  if (asked === null) {
    logger.warn("not checked", { ...due, why: "the definition has no checks.modelQuality" });
    return;
  }
  const finished = await makeModelQualityCheck(asked);
  if ("byteCount" in finished) {
    const request = { endpoint, check, variant, ...window, isOneWindow: true, asOf };
    const name = backfillName(request);
    const isNew = await startBackfill(name, request);
    logger.info("handed over", { ...due, ...finished, execution: name, isNew });
    return;
  }
  const { result, revision, reportUri } = finished;
  await putQualityMetrics(due, result);
  logger.info("checked", { ...due, revision, outcome: result.outcome, reportUri });
});
