import { createHash, type Hash } from "node:crypto";
import { ALL_VARIANTS } from "../../contracts/check-name.ts";
import type { InputFile } from "../../contracts/check-result.ts";
import { s3Uri } from "../../contracts/s3-uri.ts";
import { joinRunKey, mergedKey } from "../../contracts/storage-keys.ts";
import { mergeSortedRuns } from "../../labels/merge-sorted-runs.ts";
import { JoinedRowsBuilder } from "../../quality/joined-rows.ts";
import { HOUR_MILLIS, type Window } from "../../window/window.ts";
import { ObjectWriter, readLines } from "../object-streams.ts";
import { countsOf, type WindowJoin } from "../quality-joins.ts";
import { placeOf, readPartitionRows, type StoredJoin } from "./stored-join.ts";

/** Of all runs that are open beside each other. */
const BUFFERED_BYTES = 128 * 1024 * 1024;
const SLICE_BYTES_MAX = 8 * 1024 * 1024;

/**
 * Puts the partitions of a join together into what a join without partitions gives. The merged records
 * go from the sorted runs straight to where they are kept, a line of each in memory at a time.
 */
export async function mergePartitions(
  prefix: string,
  stored: StoredJoin,
  window: Window,
): Promise<WindowJoin> {
  const { columns, partitionCount, variants } = stored;
  const builder = new JoinedRowsBuilder(columns);
  let absentObjectCount = 0;
  for (let partition = 0; partition < partitionCount; partition += 1) {
    const found = await readPartitionRows(prefix, partition);
    builder.addGathered(found.rows);
    // Each partition looks for all objects.
    absentObjectCount = Math.max(absentObjectCount, found.absentObjectCount);
  }
  const merged: InputFile[] = [];
  for (const { variant } of variants) merged.push(...(await mergeVariant(prefix, stored, variant)));
  return {
    joined: builder.rows(),
    variants: variants.map(({ variant }) => variant),
    merged,
    mergedTexts: new Map(),
    captures: variants.flatMap(({ captures }) => captures),
    absentObjectCount,
    inputs: countsOf(stored, window),
  };
}

async function mergeVariant(
  prefix: string,
  { due, partitionCount }: StoredJoin,
  variant: string,
): Promise<InputFile[]> {
  const sliceBytes = Math.min(SLICE_BYTES_MAX, Math.floor(BUFFERED_BYTES / partitionCount));
  const runs = Array.from({ length: partitionCount }, (_, partition) =>
    readLines(placeOf(joinRunKey(prefix, partition, variant)), sliceBytes),
  );
  const merged: InputFile[] = [];
  let hour: MergedHour | null = null;
  for await (const { line, inferenceMillis } of mergeSortedRuns(runs)) {
    const hourMillis = Math.floor(inferenceMillis / HOUR_MILLIS) * HOUR_MILLIS;
    if (hour?.hourMillis !== hourMillis) {
      if (hour !== null) merged.push(await hour.end());
      // Only the endpoint's aggregate writes them, so that no two write the same object.
      const isKept = due.variant === ALL_VARIANTS;
      hour = new MergedHour(mergedKey(due.endpoint, variant, hourMillis), hourMillis, isKept);
    }
    await hour.add(line);
  }
  if (hour !== null) merged.push(await hour.end());
  return merged;
}

/** The merged records of one hour, on their way to where they are kept. */
class MergedHour {
  readonly hourMillis: number;
  readonly #key: string;
  readonly #hash: Hash = createHash("sha256");
  readonly #writer: ObjectWriter | null;

  constructor(key: string, hourMillis: number, isKept: boolean) {
    this.hourMillis = hourMillis;
    this.#key = key;
    this.#writer = isKept ? new ObjectWriter(placeOf(key), "application/jsonl") : null;
  }

  async add(line: string): Promise<void> {
    this.#hash.update(`${line}\n`);
    await this.#writer?.write(`${line}\n`);
  }

  async end(): Promise<InputFile> {
    await this.#writer?.end();
    return { location: s3Uri(placeOf(this.#key)), sha256: this.#hash.digest("hex") };
  }
}
