import {
  type AsyncBuffer,
  type FileMetaData,
  parquetMetadataAsync,
  parquetReadObjects,
} from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { columnProblem, type FileEntry } from "./label-file.ts";
import { readPosted } from "./read-entry.ts";
import type { IntakeReason } from "./rejection.ts";

/** How many rows are held at once: a row group that has more is read again for each part. */
const ROWS = 200_000;

/** The labels of a Parquet file with the columns inferenceId or eventId, label, and labelTime. */
export async function* readLabelParquet(file: AsyncBuffer): AsyncGenerator<FileEntry> {
  const metadata = await unlessUnreadable(parquetMetadataAsync(file));
  if (metadata === null) {
    yield refusal(1, "invalid-parquet");
    return;
  }
  const problem = columnProblem(columnNames(metadata));
  if (problem !== null) {
    yield refusal(1, problem);
    return;
  }
  for (const range of rangesOf(metadata)) {
    const rows = await unlessUnreadable(
      parquetReadObjects({ file, metadata, ...range, compressors }),
    );
    const { rowStart } = range;
    if (rows === null) {
      yield refusal(rowStart + 1, "invalid-parquet");
      return;
    }
    for (const [index, row] of rows.entries()) {
      const excerpt = Object.entries(row).map(([name, value]) => `${name}=${String(value)}`);
      yield {
        ...readPosted(posted(row)),
        lineNumber: rowStart + index + 1,
        excerpt: excerpt.join(),
      };
    }
  }
}

function* rangesOf({ row_groups: groups }: FileMetaData) {
  let groupStart = 0;
  for (const { num_rows: count } of groups) {
    const groupEnd = groupStart + Number(count);
    for (let rowStart = groupStart; rowStart < groupEnd; rowStart += ROWS) {
      yield { rowStart, rowEnd: Math.min(groupEnd, rowStart + ROWS) };
    }
    groupStart = groupEnd;
  }
}

/** What a file cannot answer is its own fault; what S3 cannot, is worth another try. */
async function unlessUnreadable<Result>(reading: Promise<Result>): Promise<Result | null> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof Error && "$metadata" in error) throw error;
    return null;
  }
}

function columnNames({ schema }: FileMetaData): string[] {
  const [, ...columns] = schema;
  return columns.map(({ name }) => name);
}

function posted(row: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plain(value)]));
}

function plain(value: unknown): unknown {
  if (typeof value === "bigint") return String(value);
  return value instanceof Date ? value.toISOString() : value;
}

function refusal(lineNumber: number, label: IntakeReason): FileEntry {
  return { label, id: null, lineNumber, excerpt: "" };
}
