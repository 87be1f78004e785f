import type { TaskValue } from "../../contracts/self-healing/tasks.ts";
import { joinPrefix } from "../../contracts/storage-keys.ts";
import { predictionColumns } from "../../quality/prediction-columns.ts";
import { sha256Of } from "../../window/fold.ts";
import { listJoinInputs } from "../label-joins.ts";
import type { AskedQuality } from "../model-quality-checks.ts";
import { stageCount } from "../stage.ts";
import { type StoredJoin, writeJoin } from "./stored-join.ts";

/** Each reads all of the window, and the rows of all are merged by one function. */
const PARTITIONS_MAX = 40;

/** How a window is joined: by one function, or by one a partition. */
export interface JoinPlan extends TaskValue<"whole" | "partitioned" | "too-large"> {
  readonly join?: string;
  readonly partitions?: readonly { readonly join: string; readonly partition: number }[];
}

/**
 * Lists what a window's join reads and, when that is more than one function holds, keeps the list under
 * a name that follows from it. So all partitions read the same, however often they are tried, and a plan
 * that is made twice does not disturb the first.
 */
export async function planJoin(asked: AskedQuality): Promise<JoinPlan> {
  const { due, window, definition, askedMillis } = asked;
  const { hours, labelHours, labels, variants, byteCount } = await listJoinInputs(due, window);
  const joinBytes = stageCount("joinBytes");
  const size = `${byteCount} bytes of captures and labels`;
  if (byteCount <= joinBytes) {
    return { outcome: "whole", reason: `${size}: at most ${joinBytes} fit into one function` };
  }
  const partitionCount = Math.ceil(byteCount / joinBytes);
  if (partitionCount > PARTITIONS_MAX) {
    const rule = `must be at most ${PARTITIONS_MAX} partitions of ${joinBytes} bytes`;
    return { outcome: "too-large", reason: `${size}: ${rule}: shorten the check's period` };
  }
  const stored: StoredJoin = {
    ...{ due, askedMillis, partitionCount, columns: predictionColumns(definition) },
    labels: labels.map(({ bucket, key }) => ({ bucket, key })),
    ...{ variants, hours, labelHours },
  };
  const text = JSON.stringify(stored);
  const join = joinPrefix(due.endpoint, sha256Of(text).slice(0, 32));
  await writeJoin(join, text);
  const partitions = Array.from({ length: partitionCount }, (_, partition) => {
    return { join, partition };
  });
  return {
    outcome: "partitioned",
    reason: `${size}: ${partitionCount} partitions`,
    join,
    partitions,
  };
}
