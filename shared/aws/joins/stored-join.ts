import { deserialize, serialize } from "node:v8";
import type { CheckDueDetail } from "../../contracts/check-due.ts";
import { MonitoringError } from "../../contracts/monitoring-error.ts";
import type { S3Location } from "../../contracts/s3-uri.ts";
import { joinInputsKey, joinRowsKey } from "../../contracts/storage-keys.ts";
import type { GatheredRows } from "../../quality/joined-rows.ts";
import type { PredictionColumns } from "../../quality/prediction-columns.ts";
import type { JoinInputs } from "../label-joins.ts";
import { readObject, writeObject } from "../objects.ts";
import { stageText } from "../stage.ts";

/** A join in partitions: all that each of them must know, and no other can change. */
export interface StoredJoin extends Pick<JoinInputs, "variants" | "hours" | "labelHours"> {
  readonly due: CheckDueDetail;
  readonly askedMillis: number;
  readonly partitionCount: number;
  readonly columns: PredictionColumns;
  readonly labels: readonly S3Location[];
}

/** What one partition found, but for its merged records. */
export interface PartitionRows {
  readonly rows: GatheredRows;
  /** Capture objects that were no longer there. */
  readonly absentObjectCount: number;
}

export async function writeJoin(join: string, text: string): Promise<void> {
  await writeObject(placeOf(joinInputsKey(join)), text, "application/json");
}

export const JOIN_EXPIRED = "the join has expired: it must be planned again";

/** null when it has expired. */
export async function readJoin(join: string): Promise<StoredJoin | null> {
  const bytes = await readObject(placeOf(joinInputsKey(join)));
  return bytes === null ? null : JSON.parse(new TextDecoder().decode(bytes));
}

/** Of our own making and read within hours by the same code: numbers keep their bits. */
export async function writePartitionRows(
  join: string,
  partition: number,
  rows: PartitionRows,
): Promise<void> {
  const place = placeOf(joinRowsKey(join, partition));
  await writeObject(place, serialize(rows), "application/octet-stream");
}

/** @throws MonitoringError `partition-absent` when it has not been joined */
export async function readPartitionRows(join: string, partition: number): Promise<PartitionRows> {
  const key = joinRowsKey(join, partition);
  const bytes = await readObject(placeOf(key));
  if (bytes !== null) return deserialize(bytes);
  throw new MonitoringError("partition-absent", `${key}: is absent: must have been joined before`);
}

/** Where a part of a join lies. */
export function placeOf(key: string): S3Location {
  return { bucket: stageText("bucket"), key };
}
