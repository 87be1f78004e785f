// A model-quality check is due → captures joined with their labels, the report, and the metrics.
import { violatedGauge } from "../../shared/alarm/gauges.ts";
import { qualityMetrics } from "../../shared/alarm/quality-metrics.ts";
import { logger, sqsHandler } from "../../shared/aws/handlers.ts";
import { putMetrics } from "../../shared/aws/metrics.ts";
import { makeModelQualityCheck } from "../../shared/aws/model-quality-checks.ts";
import { findDefinition } from "../../shared/aws/monitors.ts";
import { readNewestWindowRecords } from "../../shared/aws/window-records.ts";
import { checkDue } from "../../shared/contracts/check-due.ts";
import { MonitoringError } from "../../shared/contracts/monitoring-error.ts";

/**
 * A repeated delivery joins again what is there by now: the same captures and labels make the same
 * revision, byte for byte. A definition that went away since the check was planned, or no longer asks
 * for it, ends it quietly.
 */
export const handler = sqsHandler(checkDue, async ({ time, detail: due }) => {
  const { endpoint, check, variant } = due;
  const definition = await findDefinition(endpoint);
  if (definition instanceof MonitoringError) {
    logger.warn("not checked", { ...due, why: definition.message });
    return;
  }
  const asOfMillis = Date.parse(due.plannedAt ?? time);
  const finished = await makeModelQualityCheck(due, definition, asOfMillis);
  if (finished === null) {
    logger.warn("not checked", { ...due, why: "the definition has no checks.modelQuality" });
    return;
  }
  const { result, revision, reportUri } = finished;
  const windows = (await readNewestWindowRecords(endpoint)).filter(
    (known) => known.check === check,
  );
  await putMetrics([
    ...qualityMetrics({ endpoint, variant }, result),
    ...violatedGauge({ Endpoint: endpoint, Check: check }, windows),
  ]);
  logger.info("checked", { ...due, revision, outcome: result.outcome, reportUri });
});
