import { MonitoringError } from "../../contracts/monitoring-error.ts";
import type { TaskValue } from "../../contracts/self-healing/tasks.ts";
import { predictionColumns } from "../../quality/prediction-columns.ts";
import {
  type AskedQuality,
  askQuality,
  CHECK_OVERTAKEN,
  checkJoined,
  type FinishedQualityCheck,
} from "../model-quality-checks.ts";
import { findDefinition } from "../monitors.ts";
import { putQualityMetrics } from "../quality-metrics.ts";
import { mergePartitions } from "./merge-partitions.ts";
import { JOIN_EXPIRED, readJoin, type StoredJoin } from "./stored-join.ts";

/** `overtaken`: what was joined no longer is what the window is; the join must be planned again. */
export type PartitionedCheck = TaskValue<"checked" | "overtaken" | "not-defined">;

/**
 * Merges the partitions of a join and checks its window: the same bytes as by one function, to the same
 * places. Made again it changes nothing.
 */
export async function checkPartitions(join: string): Promise<PartitionedCheck> {
  const stored = await readJoin(join);
  if (stored === null) return { outcome: "overtaken", reason: JOIN_EXPIRED };
  const { due, askedMillis } = stored;
  const definition = await findDefinition(due.endpoint);
  if (definition instanceof MonitoringError) {
    return { outcome: "not-defined", reason: definition.message };
  }
  const asked = askQuality(due, definition, askedMillis);
  if (asked === null) {
    return { outcome: "not-defined", reason: "the definition has no checks.modelQuality" };
  }
  if (JSON.stringify(predictionColumns(definition)) !== JSON.stringify(stored.columns)) {
    return { outcome: "overtaken", reason: "the definition's prediction changed meanwhile" };
  }
  const finished = await checkUnlessOvertaken(join, stored, asked);
  if (finished instanceof MonitoringError) {
    return { outcome: "overtaken", reason: finished.message };
  }
  const { result, revision, reportUri } = finished;
  await putQualityMetrics(due, result);
  const reason = `${result.outcome.outcome}, revision ${revision}: ${reportUri}`;
  return { outcome: "checked", reason };
}

async function checkUnlessOvertaken(
  join: string,
  stored: StoredJoin,
  asked: AskedQuality,
): Promise<FinishedQualityCheck | MonitoringError> {
  const found = await mergePartitions(join, stored, asked.window);
  try {
    return await checkJoined(asked, found);
  } catch (error) {
    if (error instanceof MonitoringError && error.code === CHECK_OVERTAKEN) return error;
    throw error;
  }
}
