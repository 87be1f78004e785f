// A data-quality check is due → its report, its metrics, and the window's last word.

import { violatedGauge } from "../../shared/alarm/gauges.ts";
import { featureMetrics, resultMetrics } from "../../shared/alarm/result-metrics.ts";
import { makeDataQualityCheck } from "../../shared/aws/data-quality-checks.ts";
import { logger, sqsHandler } from "../../shared/aws/handlers.ts";
import { putMetrics } from "../../shared/aws/metrics.ts";
import { findDefinition } from "../../shared/aws/monitors.ts";
import { readNewestWindowRecords } from "../../shared/aws/window-records.ts";
import { checkDue } from "../../shared/contracts/check-due.ts";
import { MonitoringError } from "../../shared/contracts/monitoring-error.ts";

/**
 * A repeated delivery makes the same revision again, byte for byte, and puts its metrics again, of which
 * alarms look at the maximum. A definition that went away since the check was planned ends it quietly.
 */
export const handler = sqsHandler(checkDue, async ({ detail: due }) => {
  const { endpoint, check, variant } = due;
  const definition = await findDefinition(endpoint);
  if (definition instanceof MonitoringError) {
    logger.warn("not checked", { ...due, why: definition.message });
    return;
  }
  const { result, statistics, revision, reportUri } = await makeDataQualityCheck(due, definition);
  const dimensions = { Endpoint: endpoint, Check: check };
  const windows = (await readNewestWindowRecords(endpoint)).filter(
    (known) => known.check === check,
  );
  await putMetrics([
    ...resultMetrics({ endpoint, variant }, result),
    ...featureMetrics({ endpoint, variant }, { statistics, result }, definition.metrics),
    ...violatedGauge(dimensions, windows),
  ]);
  logger.info("checked", { ...due, revision, outcome: result.outcome, reportUri });
});
