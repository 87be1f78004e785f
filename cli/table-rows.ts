import { readCsvRows } from "../shared/capture/csv-rows.ts";
import { gunzipped } from "../shared/capture/gunzip.ts";
import { MonitoringError } from "../shared/contracts/monitoring-error.ts";
import { openFile } from "./files.ts";
import { openParquet, type TableCell } from "./parquet-rows.ts";

/** A table as texts, in the order of its file. */
export interface TableRows {
  readonly names: readonly string[];
  readonly rows: readonly (readonly TableCell[])[];
}

/**
 * Reads a CSV file with a header, a file of JSON objects a line, or a Parquet file.
 *
 * @throws MonitoringError `table-unreadable`, `format-unknown`
 */
export async function readTableRows(path: string): Promise<TableRows> {
  const name = path.toLowerCase().replace(/\.gz$/, "");
  if (name.endsWith(".parquet")) {
    const { names, rows } = await openParquet(path);
    return { names, rows: await Array.fromAsync(rows) };
  }
  const text = await readText(path);
  if (name.endsWith(".csv")) return csvRows(path, text);
  if (/\.(?:jsonl|ndjson)$/.test(name)) return jsonRows(path, text);
  const rule = "its name must end in .csv, .jsonl or .parquet";
  throw new MonitoringError("format-unknown", `${path}: unknown format: ${rule}`);
}

async function readText(path: string): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of gunzipped(openFile(path).chunks)) {
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

function csvRows(path: string, text: string): TableRows {
  const [header, ...rows] = readCsvRows(text) ?? [];
  if (header === undefined) throw unreadable(path, "must be CSV with a header");
  return { names: header.map((name) => name ?? ""), rows };
}

function jsonRows(path: string, text: string): TableRows {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  const objects = lines.map((line, index) => objectOf(path, line, index + 1));
  const names = [...new Set(objects.flatMap((object) => Object.keys(object)))];
  const rows = objects.map((object) => names.map((name) => textOf(object[name])));
  return { names, rows };
}

function objectOf(path: string, line: string, lineNumber: number): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value };
  } catch {
    // Told below, with all else that is no object.
  }
  throw unreadable(path, `line ${lineNumber} must be a JSON object`);
}

function textOf(value: unknown): TableCell {
  if (value === undefined || value === null) return null;
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function unreadable(path: string, rule: string): MonitoringError {
  return new MonitoringError("table-unreadable", `${path}: cannot be read: ${rule}`);
}
