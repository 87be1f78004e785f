import { InferenceError } from "../sagemaker/serving/model-server.ts";

/** One CSV field, quoted or bare, with what ends it. */
const CSV_FIELD = /(?:"((?:[^"]|"")*)"|([^,]*))(,|$)/y;

/** One row a line; what is empty or no number is NaN. */
export function readCsvRows(body: string, features: readonly string[]): Float64Array[] {
  return linesOf(body).map((line) => positionalRow(csvFields(line), features));
}

/** One row as an object or list, several as a list of these. */
export function readJsonRows(body: string, features: readonly string[]): Float64Array[] {
  const value = parseJson(body);
  const isList = Array.isArray(value) && value.every((row) => typeof row === "object" && row);
  const rows: readonly unknown[] = isList ? value : [value];
  if (rows.length === 0) throw new InferenceError(400, "no row to answer");
  return rows.map((row) => jsonRow(row, features));
}

export function readJsonLinesRows(body: string, features: readonly string[]): Float64Array[] {
  return linesOf(body).map((line) => jsonRow(parseJson(line), features));
}

function jsonRow(row: unknown, features: readonly string[]): Float64Array {
  if (Array.isArray(row)) return positionalRow(row, features);
  if (typeof row !== "object" || row === null) {
    throw new InferenceError(400, "a row is neither a list nor an object");
  }
  const named = row as Readonly<Record<string, unknown>> & { readonly features?: unknown };
  if (Array.isArray(named.features)) return positionalRow(named.features, features);
  if (!features.some((name) => Object.hasOwn(named, name))) {
    throw new InferenceError(400, "a row has none of the model's features");
  }
  return Float64Array.from(features, (name) => numberOf(named[name]));
}

function positionalRow(values: readonly unknown[], features: readonly string[]): Float64Array {
  if (values.length !== features.length) {
    const rule = `the model takes ${features.length}`;
    throw new InferenceError(400, `a row has ${values.length} values: ${rule}`);
  }
  return Float64Array.from(values, numberOf);
}

/** A number, or the number that a text is; anything else is NaN. */
export function numberOf(value: unknown): number {
  if (typeof value === "number") return value;
  if (typeof value !== "string" || value.trim() === "") return Number.NaN;
  const number = Number(value);
  return Number.isFinite(number) ? number : Number.NaN;
}

/** The fields of one CSV line, without their quotes. */
export function csvFields(line: string): string[] {
  const fields: string[] = [];
  CSV_FIELD.lastIndex = 0;
  for (;;) {
    const match = CSV_FIELD.exec(line);
    if (match === null) throw new InferenceError(400, "a CSV field has an unclosed quote");
    fields.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? "");
    if (match[3] === "") return fields;
  }
}

function linesOf(body: string): string[] {
  const lines = body.split(/\r?\n/).filter((line) => line !== "");
  if (lines.length === 0) throw new InferenceError(400, "no row to answer");
  return lines;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new InferenceError(400, `the body is not JSON: ${(cause as Error).message}`);
  }
}
