import { HOUR_MILLIS } from "../window/window.ts";
import type { Label } from "./label.ts";
import { type JoinCounts, LabelJoin, type Partition } from "./label-join.ts";

/** Bytes of files, each a stream of chunks. */
export type Files = Iterable<Iterable<Uint8Array>>;

export interface MergedLabels {
  /** JSON Lines of each hour of inference time, by the hour's start, ascending. */
  readonly hours: ReadonlyMap<number, string>;
  /** Labels whose capture has not come; they are matched when it does. */
  readonly unmatchedLabels: readonly Label[];
  readonly counts: JoinCounts;
}

/**
 * Joins ground truth with captures into merged records, as Model Monitor writes them.
 *
 * The same labels and captures give the same bytes, however they are ordered, repeated or split into
 * files: the last label of an id stands, the earliest capture, and records are sorted by time and id.
 * With a partition, the records are those of its ids; {@link mergeSortedRuns} puts partitions together.
 */
export function mergeLabels(captures: Files, labels: Files, partition?: Partition): MergedLabels {
  const join = new LabelJoin("records", partition);
  for (const file of labels) {
    for (const chunk of file) join.labels.push(chunk);
    join.labels.end();
  }
  for (const file of captures) {
    for (const chunk of file) join.captures.push(chunk);
    join.captures.end();
  }
  return mergedOf(join);
}

/**
 * What a join of records has found.
 *
 * @param repeated ids whose capture here is a repeat of an earlier one elsewhere: they are left out
 */
export function mergedOf(join: LabelJoin, repeated?: ReadonlySet<string>): MergedLabels {
  const records: (RecordOrder & { readonly line: string })[] = [];
  const unmatchedLabels: Label[] = [];
  for (const entry of join.entries()) {
    if (!entry.hasLabel || repeated?.has(entry.id())) continue;
    if (!entry.hasCapture) unmatchedLabels.push(entry.label());
    else {
      const inferenceMillis = entry.inferenceMillis();
      records.push({ id: entry.id(), inferenceMillis, line: entry.mergedLine() });
    }
  }
  const hours = Map.groupBy(records.sort(compareRecords), ({ inferenceMillis }) => {
    return Math.floor(inferenceMillis / HOUR_MILLIS) * HOUR_MILLIS;
  });
  return {
    hours: new Map([...hours].map(([hour, found]) => [hour, linesOf(found)])),
    unmatchedLabels: unmatchedLabels.sort((a, b) => (a.id < b.id ? -1 : 1)),
    counts: join.counts(),
  };
}

function linesOf(records: readonly { readonly line: string }[]): string {
  return records.map(({ line }) => `${line}\n`).join("");
}

/** What merged records are sorted by; an id comes once. */
export interface RecordOrder {
  readonly inferenceMillis: number;
  readonly id: string;
}

export function compareRecords(a: RecordOrder, b: RecordOrder): number {
  return a.inferenceMillis - b.inferenceMillis || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}
