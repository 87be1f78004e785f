import { gunzipped, isGzipError } from "../capture/gunzip.ts";
import { withKernel } from "../capture/kernel.ts";
import { LineFeed } from "../capture/line-feed.ts";
import type { QuarantinedLine, QuarantineReason } from "../capture/quarantine.ts";
import {
  batchCsvFormat,
  captureFormat,
  csvTableFormat,
  jsonTableFormat,
  type LineFormat,
  readCsvRecord,
} from "./line-formats.ts";
import { emptyProfile } from "./merge.ts";
import type { Profile } from "./profile.ts";
import { Scan } from "./scan.ts";

export interface ScanCounts {
  /** Lines that are not blank: each is a record or quarantined. */
  readonly lineCount: number;
  readonly recordCount: number;
  readonly rowCount: number;
  readonly quarantinedCounts: ReadonlyMap<QuarantineReason, number>;
}

export interface RecordsProfile {
  /**
   * Start of an hour in milliseconds since the epoch to the profile of its records, ascending. A
   * quarantined line counts to the hour of the last good line before it.
   */
  readonly profiles: ReadonlyMap<number, Profile>;
  /** The first quarantined lines, at most `quarantineLimit` of them; `counts` has all. */
  readonly quarantined: readonly QuarantinedLine[];
  readonly counts: ScanCounts;
}

export interface ProfileOptions {
  /** Quarantined lines that are kept with their excerpt; 100 unless told. */
  readonly quarantineLimit?: number;
  /** For batch-transform output in CSV: how many leading columns are the input's (JoinSource). */
  readonly batchCsv?: { readonly inputColumnCount: number };
}

/**
 * Profiles a capture object, gzip or not, by hour of inference time, in constant memory: data
 * capture of an endpoint, or batch-transform output with SageMaker's inference ids.
 */
export async function profileRecords(
  chunks: AsyncIterable<Uint8Array>,
  options: ProfileOptions = {},
): Promise<RecordsProfile> {
  const { batchCsv, quarantineLimit = 100 } = options;
  const format = batchCsv ? batchCsvFormat(batchCsv.inputColumnCount) : captureFormat;
  return scanLines(chunks, format, quarantineLimit);
}

export interface TableProfile {
  readonly profile: Profile;
  /** Names of the columns `i0`, `i1`, … from the header line; null without one. */
  readonly header: readonly string[] | null;
  readonly quarantined: readonly QuarantinedLine[];
  readonly counts: ScanCounts;
}

export interface TableOptions {
  readonly kind: "csv" | "jsonl";
  /** Whether the first line of a CSV holds the columns' names. */
  readonly header: boolean;
  readonly quarantineLimit?: number;
}

/**
 * Profiles a plain table, such as the data a model was trained on: all of its columns are inputs.
 */
export async function profileTable(
  chunks: AsyncIterable<Uint8Array>,
  { kind, header, quarantineLimit = 100 }: TableOptions,
): Promise<TableProfile> {
  let names: readonly string[] | null = null;
  const csv: LineFormat = {
    ...csvTableFormat,
    read: (line) => {
      const record = readCsvRecord(line);
      if (!header || names !== null || typeof record === "string") return record;
      names = record.rows[0]!.inputs!.cells.map((cell) => cell ?? "");
      return null;
    },
  };
  const scanned = await scanLines(chunks, kind === "csv" ? csv : jsonTableFormat, quarantineLimit);
  const profile = scanned.profiles.get(0) ?? emptyProfile;
  return { profile, header: names, quarantined: scanned.quarantined, counts: scanned.counts };
}

async function scanLines(
  chunks: AsyncIterable<Uint8Array>,
  format: LineFormat,
  quarantineLimit: number,
): Promise<RecordsProfile> {
  return withKernel(async (kernel) => {
    const scan = new Scan(kernel, format, quarantineLimit);
    const feed = new LineFeed(kernel, scan);
    const isWhole = await feedAll(chunks, feed);
    feed.finish();
    if (!isWhole) scan.quarantine("invalid-gzip", "");
    const profiles = scan.finish();
    let [recordCount, rowCount] = [0, 0];
    for (const profile of profiles.values()) {
      recordCount += profile.recordCount;
      rowCount += profile.rowCount;
    }
    const { lines, counts: quarantinedCounts } = scan.log;
    const counts = { lineCount: scan.lineCount, recordCount, rowCount, quarantinedCounts };
    return { profiles, quarantined: lines, counts };
  });
}

/** False when the compressed bytes end early or are damaged; what came before that is kept. */
async function feedAll(chunks: AsyncIterable<Uint8Array>, feed: LineFeed): Promise<boolean> {
  try {
    for await (const chunk of gunzipped(chunks)) feed.push(chunk);
    return true;
  } catch (error) {
    if (isGzipError(error)) return false;
    throw error;
  }
}
