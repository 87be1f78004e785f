import { MonitoringError } from "../contracts/monitoring-error.ts";
import { readPrediction } from "./captured-prediction.ts";
import { compareRecords, type RecordOrder } from "./merge-labels.ts";

/** One line of a run, and what it is sorted by. */
export interface MergedRecord extends RecordOrder {
  readonly line: string;
}

/**
 * Merges the runs of the partitions of one join into the records that a join without partitions gives.
 *
 * Memory: one line a run. Cost: O(lines · runs), and runs are few.
 *
 * @param runs lines of merged records, each run sorted as {@link mergeLabels} sorts
 * @throws MonitoringError `not-a-merged-record` when a line is none
 */
export async function* mergeSortedRuns(
  runs: readonly (AsyncIterable<string> | Iterable<string>)[],
): AsyncGenerator<MergedRecord> {
  const heads: Head[] = [];
  for (const run of runs) {
    const lines =
      Symbol.asyncIterator in run ? run[Symbol.asyncIterator]() : run[Symbol.iterator]();
    const head = await nextHead(lines);
    if (head !== null) heads.push(head);
  }
  while (heads.length > 0) {
    const first = heads.reduce((least, head) => (compareRecords(head, least) < 0 ? head : least));
    yield first;
    const next = await nextHead(first.lines);
    if (next === null) heads.splice(heads.indexOf(first), 1);
    else heads[heads.indexOf(first)] = next;
  }
}

type Lines = AsyncIterator<string> | Iterator<string>;

interface Head extends MergedRecord {
  readonly lines: Lines;
}

async function nextHead(lines: Lines): Promise<Head | null> {
  const { value: line, done } = await lines.next();
  if (done) return null;
  return { ...orderOf(line), line, lines };
}

function orderOf(line: string): RecordOrder {
  const read = readPrediction(line);
  if (typeof read !== "string") return read;
  throw new MonitoringError(
    "not-a-merged-record",
    `merged record: ${line.slice(0, 80)}: must be a capture record with its label (${read})`,
  );
}
