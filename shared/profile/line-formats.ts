import { readCsvRows } from "../capture/csv-rows.ts";
import { readJsonRows, type SideRow } from "../capture/json-rows.ts";
import type { QuarantineReason } from "../capture/quarantine.ts";
import { type CaptureRow, readRecord, readTimeMillis } from "../capture/record.ts";
import {
  type JsonTemplate,
  type LineTemplate,
  learnJson,
  learnTemplate,
} from "../capture/template.ts";

/** What one line holds; a row of a plain table has no time. */
export interface LineRecord {
  readonly inferenceMillis: number | null;
  readonly rows: readonly CaptureRow[];
}

/** How the lines of a file are read. */
export interface LineFormat {
  /** The line's record, why it cannot be read, or null when it is no record, as a header. */
  read(line: string): LineRecord | QuarantineReason | null;
  /** What the kernel needs to know to read such lines by itself; null when it cannot. */
  learn(line: string, record: LineRecord): LineTemplate | null;
  /** Whether a record goes on in the next line. */
  isOpen(line: string): boolean;
}

const never = (): false => false;

/** Data capture of an endpoint, and batch-transform output in JSON with SageMaker's ids. */
export const captureFormat: LineFormat = {
  read: readRecord,
  learn: learnTemplate,
  isOpen: never,
};

/** A table of CSV rows without header: all columns are inputs. */
export const csvTableFormat: LineFormat = {
  read: readCsvRecord,
  learn: (_line, record) => bareLine(record, null),
  isOpen: endsInsideQuotes,
};

/** A table of JSON Lines. */
export const jsonTableFormat: LineFormat = {
  read: (line) => tableRecord(readJsonRows(line)),
  learn: (line, record) => {
    const json = learnJson(line, record.rows[0]?.inputs?.cells.length ?? 0);
    return json === null ? null : bareLine(record, { ...json, isByLine: false });
  },
  isOpen: never,
};

/**
 * Batch-transform output in CSV with SageMaker's two trailing columns, inference id and start time.
 * With `JoinSource: Input` the first columns are the input's; how many, the file does not say.
 */
export function batchCsvFormat(inputColumnCount: number): LineFormat {
  return {
    read: (line) => {
      const rows = readCsvSides(line);
      const cells = typeof rows === "string" ? [] : (rows[0]?.cells ?? []);
      if (typeof rows === "string") return rows;
      const inferenceMillis = readTimeMillis(cells.at(-1));
      if (inferenceMillis === null) return "invalid-inference-time";
      const values = cells.slice(0, -2);
      const outputs = { names: null, cells: values.slice(inputColumnCount) };
      const inputs = { names: null, cells: values.slice(0, inputColumnCount) };
      const row = { outputs, inputs: inputColumnCount === 0 ? null : inputs };
      return { inferenceMillis, rows: [row] };
    },
    learn: () => null,
    isOpen: endsInsideQuotes,
  };
}

export function readCsvRecord(line: string): LineRecord | QuarantineReason {
  return tableRecord(readCsvSides(line));
}

function readCsvSides(line: string): SideRow[] | QuarantineReason {
  const rows = readCsvRows(line);
  if (rows === null) return "invalid-csv";
  return rows.map((cells) => ({ names: null, cells }));
}

function tableRecord(sides: SideRow[] | QuarantineReason): LineRecord | QuarantineReason {
  if (typeof sides === "string") return sides;
  if (sides.length === 0) return "empty-data";
  return { inferenceMillis: null, rows: sides.map((inputs) => ({ outputs: null, inputs })) };
}

function bareLine(record: LineRecord, json: JsonTemplate | null): LineTemplate | null {
  const columnCount = record.rows[0]?.inputs?.cells.length ?? 0;
  if (columnCount === 0 || record.rows.length !== 1) return null;
  return {
    fields: [{ lead: "", kind: "input" }],
    tail: "",
    hourText: null,
    outputs: null,
    inputs: { columnCount, wrapping: "bare", json },
  };
}

/** Whether a quoted field is still open at the end of a text. */
export function endsInsideQuotes(text: string): boolean {
  let at = 0;
  for (;;) {
    if (text[at] === '"') {
      at = text.indexOf('"', at + 1);
      while (at !== -1 && text[at + 1] === '"') at = text.indexOf('"', at + 2);
      if (at === -1) return true;
    }
    const comma = text.indexOf(",", at);
    const line = text.indexOf("\n", at);
    if (comma === -1 && line === -1) return false;
    at = 1 + (comma === -1 || (line !== -1 && line < comma) ? line : comma);
  }
}
