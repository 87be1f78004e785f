import { gunzipped } from "../shared/capture/gunzip.ts";
import { MonitoringError } from "../shared/contracts/monitoring-error.ts";
import { endsInsideQuotes, readCsvRecord } from "../shared/profile/line-formats.ts";
import { continuation } from "../shared/profile/open-record.ts";
import type { Profile } from "../shared/profile/profile.ts";
import { profileTable, type ScanCounts } from "../shared/profile/profile-records.ts";
import { classifyText } from "../shared/sketch/value-type.ts";
import type { DataFormat } from "./data-formats.ts";
import { type FoundFile, isFolder, listCaptureFiles, openFile } from "./files.ts";
import { openParquet, type TableCell } from "./parquet-rows.ts";
import { profileCaptures } from "./profile-captures.ts";
import { startProgress } from "./progress.ts";

/** The data that a baseline is made of. */
export interface TrainingData {
  readonly profile: Profile;
  /** Of the columns by position; null when the data have none. */
  readonly names: readonly string[] | null;
  readonly quarantinedCounts: ReadonlyMap<string, number>;
  /** Whether the first line of a CSV was found to be the header without being told. */
  readonly headerFound: boolean;
}

export interface ReadOptions {
  readonly format?: DataFormat;
  /** Whether a CSV's first line holds names; without it the line itself decides. */
  readonly header?: boolean;
}

/** Profiles a table or captures, whatever their format. */
export async function readTrainingData(path: string, options: ReadOptions): Promise<TrainingData> {
  const folder = await isFolder(path);
  const format = options.format ?? (folder ? "captures" : await formatOf(path));
  if (format === "captures") return readCaptures(await listCaptureFiles(path), path);
  if (folder) {
    const rule = `as ${format} it must be a file: a folder can only hold captures`;
    throw new MonitoringError("folder-of-tables", `${path}: is a folder: ${rule}`);
  }
  if (format === "parquet") return readParquet(path);
  return readTextTable(path, format, options.header);
}

async function readCaptures(files: readonly FoundFile[], path: string): Promise<TrainingData> {
  if (files.length === 0) {
    const rule = "captures are files that end in .jsonl or .jsonl.gz";
    throw new MonitoringError("no-captures", `${path}: holds no captures: ${rule}`);
  }
  const { profile } = await profileCaptures(files);
  const { quarantinedCounts } = profile;
  return { profile, names: null, quarantinedCounts, headerFound: false };
}

async function readTextTable(
  path: string,
  kind: "csv" | "jsonl",
  header: boolean | undefined,
): Promise<TrainingData> {
  await refuseOtherEncoding(path);
  const headerFound = kind === "csv" && header === undefined && (await beginsWithHeader(path));
  const [{ byteCount }] = (await listCaptureFiles(path)) as [FoundFile];
  const progress = startProgress("Reading rows", byteCount);
  try {
    const { chunks } = openFile(path, progress.advance);
    const table = await profileTable(chunks, { kind, header: header ?? headerFound });
    return { ...dataOf(table.profile, table.counts), names: nameEach(table.header), headerFound };
  } finally {
    progress.stop();
  }
}

async function readParquet(path: string): Promise<TrainingData> {
  const { names, rowCount, rows } = await openParquet(path);
  const progress = startProgress("Reading rows", rowCount);
  try {
    const lines = linesOf(rows, progress.advance);
    const table = await profileTable(lines, { kind: "jsonl", header: false });
    return { ...dataOf(table.profile, table.counts), names, headerFound: false };
  } finally {
    progress.stop();
  }
}

function dataOf(profile: Profile, { quarantinedCounts }: ScanCounts) {
  return { profile, quarantinedCounts };
}

/** Rows as lines of JSON, which tells a missing cell from an empty text. */
async function* linesOf(
  rows: AsyncIterable<readonly TableCell[]>,
  onRows: (count: number) => void,
): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  let lines: string[] = [];
  for await (const row of rows) {
    lines.push(`${JSON.stringify(row)}\n`);
    if (lines.length < 1000) continue;
    yield encoder.encode(lines.join(""));
    onRows(lines.length);
    lines = [];
  }
  yield encoder.encode(lines.join(""));
}

/** A column whose header is empty is called as one that has no header. */
function nameEach(header: readonly string[] | null): readonly string[] | null {
  return header?.map((name, index) => (name === "" ? `_c${index}` : name)) ?? null;
}

async function formatOf(path: string): Promise<DataFormat> {
  const name = path.toLowerCase().replace(/\.gz$/, "");
  if (name.endsWith(".csv")) return "csv";
  if (name.endsWith(".parquet")) return "parquet";
  if (!/\.(?:jsonl|ndjson|json|out)$/.test(name)) {
    const rule = `its name must end in .csv, .jsonl or .parquet, or --format say what it is`;
    throw new MonitoringError("format-unknown", `${path}: unknown format: ${rule}`);
  }
  // A record of data capture, or of batch-transform output, names itself.
  return /^\s*\{.*"(?:captureData|SageMakerInferenceTime)"\s*:/.test(await firstLine(path))
    ? "captures"
    : "jsonl";
}

/** Names are no numbers, none is empty, none is there twice; a row of data seldom is all that. */
async function beginsWithHeader(path: string): Promise<boolean> {
  const record = readCsvRecord(await firstLine(path));
  if (typeof record === "string") return false;
  const cells = record.rows[0]?.inputs?.cells ?? [];
  const areTexts = cells.every((cell) => cell !== null && classifyText(cell) === "string");
  return areTexts && new Set(cells).size === cells.length;
}

/** In a file of another encoding some lines are still valid UTF-8: the rest would be left out. */
async function refuseOtherEncoding(path: string): Promise<void> {
  if (!/[\ufffd\0]/.test(await firstLine(path))) return;
  throw new MonitoringError("wrong-encoding", `${path}: line 1: must be UTF-8`);
}

const FIRST_LINE_BYTES = 1 << 20;

/** The first line that is not blank, as far as it is needed to tell what a file is. */
async function firstLine(path: string): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of gunzipped(openFile(path).chunks)) {
    text = (text + decoder.decode(chunk, { stream: true })).trimStart();
    const lines = text.split("\n");
    let isOpen = false;
    for (const [index, line] of lines.slice(0, -1).entries()) {
      isOpen = endsInsideQuotes(isOpen ? continuation(line) : line);
      if (!isOpen) return lines.slice(0, index + 1).join("\n");
    }
    if (text.length > FIRST_LINE_BYTES) break;
  }
  return text;
}
