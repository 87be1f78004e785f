import { violatedGauge } from "../alarm/gauges.ts";
import { qualityMetrics } from "../alarm/quality-metrics.ts";
import type { CheckDueDetail } from "../contracts/check-due.ts";
import type { QualityCheckResult } from "../contracts/quality-result.ts";
import { putMetrics } from "./metrics.ts";
import { readNewestWindowRecords } from "./window-records.ts";

/** Puts what a finished model-quality check tells alarms: of its window, and of the newest ones. */
export async function putQualityMetrics(
  { endpoint, check, variant }: CheckDueDetail,
  result: QualityCheckResult,
): Promise<void> {
  const windows = (await readNewestWindowRecords(endpoint)).filter(
    (known) => known.check === check,
  );
  await putMetrics([
    ...qualityMetrics({ endpoint, variant }, result),
    ...violatedGauge({ Endpoint: endpoint, Check: check }, windows),
  ]);
}
