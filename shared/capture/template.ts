import { type JsonNode, readValidJson } from "./json-text.ts";
import { decodeBody, type Payload } from "./payload-rows.ts";
import type { CaptureRow } from "./record.ts";

/** As much of a record as its template is learned from. */
export interface RecordRows {
  readonly rows: readonly CaptureRow[];
}

/**
 * How the lines of a capture object look, learned from a good one: everything that stands between
 * the values is constant, and the kernel checks it on every line.
 */
export interface LineTemplate {
  readonly fields: readonly TemplateField[];
  /** What stands behind the last field. */
  readonly tail: string;
  /** The time up to its minutes, `2026-01-15T10:`; null when the lines have none. */
  readonly hourText: string | null;
  readonly outputs: BodyTemplate | null;
  readonly inputs: BodyTemplate | null;
}

export interface TemplateField {
  /** What stands before the field, since the last one. */
  readonly lead: string;
  readonly kind: "string" | "time" | "output" | "input";
}

export interface BodyTemplate {
  readonly columnCount: number;
  readonly wrapping: "string" | "base64" | "bare";
  readonly json: JsonTemplate | null;
}

/** A JSON document as the constant texts around the scalars of its rows, which are all alike. */
export interface JsonTemplate {
  /** What stands before each scalar of the first row. */
  readonly segments: readonly string[];
  /** What stands between two rows; null when the learned document had one row only. */
  readonly separator: string | null;
  /** What stands behind the last row. */
  readonly tail: string;
  /** Whether several documents may follow each other, one a line. */
  readonly isByLine: boolean;
}

const SECONDS = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

interface Span {
  readonly path: string;
  readonly start: number;
  readonly end: number;
  readonly isString: boolean;
}

/** Learns from a line and the record that was read from it; null when it has no simple form. */
export function learnTemplate(line: string, record: RecordRows): LineTemplate | null {
  const document = readValidJson(line);
  if (document?.kind !== "object") return null;
  const parsed = JSON.parse(line) as { captureData?: Record<string, Payload> };
  const spans: Span[] = [];
  listScalars(document, "", spans);
  const fields: TemplateField[] = [];
  let hourText: string | null = null;
  let at = 0;
  for (const span of spans) {
    const kind = kindOf(span);
    if (kind === null) continue;
    fields.push({ lead: line.slice(at, span.start + 1), kind });
    at = span.end - 1;
    const text = line.slice(span.start + 1, at);
    if (kind === "time") {
      if (!SECONDS.test(text)) return null;
      hourText = text.slice(0, 14);
    }
  }
  const outputs = learnSide(parsed.captureData?.["endpointOutput"], record, "outputs");
  const inputs = learnSide(parsed.captureData?.["endpointInput"], record, "inputs");
  const template = { fields, tail: line.slice(at), hourText, outputs, inputs };
  return isWhole(template, record) ? template : null;
}

/** Of repeated keys JSON keeps the last, the kernel would read both: such lines are not for it. */
function isWhole({ fields, outputs, inputs }: LineTemplate, record: RecordRows): boolean {
  const count = (kind: TemplateField["kind"]): number =>
    fields.filter((field) => field.kind === kind).length;
  const first = record.rows[0];
  return (
    count("time") === 1 &&
    count("output") === Number(outputs !== null) &&
    count("input") === Number(inputs !== null) &&
    first !== undefined &&
    (first.outputs === null) === (outputs === null) &&
    (first.inputs === null) === (inputs === null)
  );
}

function kindOf({ path, isString }: Span): TemplateField["kind"] | null {
  if (!isString) return null;
  if (path === "/captureData/endpointOutput/data") return "output";
  if (path === "/captureData/endpointInput/data") return "input";
  if (path === "/eventMetadata/inferenceTime") return "time";
  return path.startsWith("/captureData/endpoint") ? null : "string";
}

function listScalars(node: JsonNode, path: string, spans: Span[]): void {
  if (node.kind === "scalar") spans.push({ path, ...node });
  else if (node.kind === "array") for (const item of node.items) listScalars(item, path, spans);
  else for (const [key, value] of node.entries) listScalars(value, `${path}/${key}`, spans);
}

function learnSide(
  payload: Payload | null | undefined,
  record: RecordRows,
  side: "outputs" | "inputs",
): BodyTemplate | null {
  const rows = record.rows.map((row) => row[side]);
  const first = rows[0];
  if (!payload || !first || first.cells.length === 0) return null;
  const names = JSON.stringify(first.names);
  const alike = rows.every(
    (row) => row?.cells.length === first.cells.length && JSON.stringify(row.names) === names,
  );
  const body = decodeBody(payload);
  if (!alike || typeof body === "string") return null;
  const columnCount = first.cells.length;
  const wrapping = payload.encoding === "BASE64" ? "base64" : "string";
  if (body.format === "csv") return { columnCount, wrapping, json: null };
  const json = learnJson(body.text, columnCount);
  return json === null ? null : { columnCount, wrapping, json };
}

/** Learns from the first document of a JSON body; null when its rows are not all alike. */
export function learnJson(text: string, columnCount: number): JsonTemplate | null {
  const [firstLine] = text.split("\n", 1) as [string];
  const isByLine = isJson(firstLine);
  const source = isByLine ? firstLine : text.trimEnd();
  const document = readValidJson(source);
  if (document === null) return null;
  const spans: Span[] = [];
  listScalars(document, "", spans);
  const leads = spans.map(({ start }, index) => source.slice(spans[index - 1]?.end ?? 0, start));
  const segments = leads.slice(0, columnCount);
  const separator = leads[columnCount] ?? null;
  const isRegular = leads.every((lead, index) => {
    const place = index % columnCount;
    return lead === (place === 0 && index > 0 ? separator : segments[place]);
  });
  if (!isRegular || leads.length % columnCount !== 0) return null;
  return { segments, separator, tail: source.slice(spans.at(-1)?.end ?? 0), isByLine };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
