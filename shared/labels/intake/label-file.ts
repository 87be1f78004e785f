import { readCsvRows } from "../../capture/csv-rows.ts";
import { gunzipped, isGzipError } from "../../capture/gunzip.ts";
import type { LabelFormat } from "../../contracts/label-source.ts";
import { type FileLine, fileLines } from "./file-lines.ts";
import { type Entry, readLine, readPosted } from "./read-entry.ts";
import type { IntakeReason } from "./rejection.ts";

/** One label of a file, and where in it. */
export interface FileEntry extends Entry {
  /** Of the line; of the row in a Parquet file. Counted from 1. */
  readonly lineNumber: number;
  readonly excerpt: string;
}

const EXCERPT_CHARACTERS = 200;

/** The labels of a file of lines, one by one; a line that holds none is told as such. */
export async function* readLabelFile(
  chunks: AsyncIterable<Uint8Array>,
  format: Exclude<LabelFormat, "parquet">,
): AsyncGenerator<FileEntry> {
  let lineNumber = 0;
  try {
    const lines = fileLines(gunzipped(chunks));
    const entries = format === "csv" ? readCsv(lines) : readLines(lines);
    for await (const entry of entries) {
      ({ lineNumber } = entry);
      yield entry;
    }
  } catch (error) {
    if (!isGzipError(error)) throw error;
    yield { label: "invalid-gzip", id: null, lineNumber: lineNumber + 1, excerpt: "" };
  }
}

async function* readLines(lines: AsyncIterable<FileLine>): AsyncGenerator<FileEntry> {
  for await (const line of lines) yield entryOf(line, line.problem ?? readLine(line.text));
}

/** CSV with a header; no field has a line break in it, so a bad quote spoils its own line alone. */
async function* readCsv(lines: AsyncIterable<FileLine>): AsyncGenerator<FileEntry> {
  let names: readonly string[] | null = null;
  for await (const line of lines) {
    const row = line.problem === null ? (readCsvRows(line.text)?.[0] ?? null) : null;
    if (names === null) {
      names = row?.map((name) => name?.trim() ?? "") ?? [];
      const problem = line.problem ?? columnProblem(names);
      if (problem === null) continue;
      yield entryOf(line, problem);
      // No later line can be understood without a header.
      return;
    }
    if (line.problem !== null) yield entryOf(line, line.problem);
    else if (row?.length !== names.length) yield entryOf(line, "invalid-csv");
    else yield entryOf(line, readCells(names, row));
  }
}

function readCells(names: readonly string[], row: readonly (string | null)[]): Entry {
  // A missing field is a key that is not there.
  const cells = names.flatMap((name, index) => (row[index] ? [[name, row[index]]] : []));
  return readPosted(Object.fromEntries(cells));
}

/** Why a table of these columns holds no labels; null when it does. */
export function columnProblem(names: readonly string[]): IntakeReason | null {
  const hasId = names.includes("inferenceId") || names.includes("eventId");
  if (!hasId || !names.includes("label")) return "no-such-column";
  const known = new Set(["inferenceId", "eventId", "label", "labelTime"]);
  return names.every((name) => known.has(name)) && new Set(names).size === names.length
    ? null
    : "unknown-key";
}

function entryOf({ lineNumber, text }: FileLine, read: Entry | IntakeReason): FileEntry {
  const entry = typeof read === "string" ? { label: read, id: null } : read;
  return { ...entry, lineNumber, excerpt: text.slice(0, EXCERPT_CHARACTERS) };
}
