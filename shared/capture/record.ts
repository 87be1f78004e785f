import type { Cell } from "./csv-rows.ts";
import { rowOf, type SideRow } from "./json-rows.ts";
import { type JsonNode, readValidJson } from "./json-text.ts";
import { type Payload, readPayloadRows } from "./payload-rows.ts";
import type { QuarantineReason } from "./quarantine.ts";

/** One row of a record; a side is null when it was not captured. */
export interface CaptureRow {
  readonly outputs: SideRow | null;
  readonly inputs: SideRow | null;
}

/** One request and its response, as captured. */
export interface CaptureRecord {
  readonly eventId: string | null;
  readonly inferenceId: string | null;
  readonly inferenceMillis: number;
  readonly rows: readonly CaptureRow[];
}

/** Columns of one row, and of one shape of rows, both sides together. */
export const COLUMNS_LIMIT = 4096;
const BATCH_KEYS = new Set(["SageMakerInferenceId", "SageMakerInferenceTime", "SageMakerOutput"]);
const TIME = /^(\d{4}-\d\d-\d\d)T\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/;

/**
 * Reads one line of a capture object: an endpoint's capture record, or a row of batch-transform
 * output in JSON with the ids that SageMaker adds. Unknown fields are ignored.
 */
export function readRecord(line: string): CaptureRecord | QuarantineReason {
  if (line.includes("\0")) return "nul-bytes";
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    return isTruncated(line) ? "truncated-json" : "invalid-json";
  }
  if (!isObject(parsed)) return "not-an-object";
  if (!("captureData" in parsed) && "SageMakerInferenceTime" in parsed) return readBatchRow(line);
  return readEndpointRecord(parsed);
}

function readEndpointRecord(record: Record<string, unknown>): CaptureRecord | QuarantineReason {
  const { captureData, eventMetadata } = record;
  if (!isObject(captureData)) return "no-capture-data";
  const outputs = readSide(captureData["endpointOutput"]);
  if (typeof outputs === "string") return outputs;
  const inputs = readSide(captureData["endpointInput"]);
  if (typeof inputs === "string") return inputs;
  const rows = pairRows(outputs, inputs);
  if (typeof rows === "string") return rows;
  const metadata = isObject(eventMetadata) ? eventMetadata : {};
  return dated(metadata["inferenceTime"], metadata["eventId"], metadata["inferenceId"], rows);
}

function readSide(payload: unknown): SideRow[] | null | QuarantineReason {
  if (payload === undefined || payload === null) return null;
  return isObject(payload) ? readPayloadRows(payload as Payload) : "invalid-data";
}

function pairRows(
  outputs: SideRow[] | null,
  inputs: SideRow[] | null,
): CaptureRow[] | QuarantineReason {
  const longer = outputs ?? inputs;
  if (longer === null) return "no-capture-data";
  if (outputs !== null && inputs !== null && outputs.length !== inputs.length) {
    return "unequal-row-counts";
  }
  const rows = longer.map((_, row) => ({
    outputs: outputs?.[row] ?? null,
    inputs: inputs?.[row] ?? null,
  }));
  const wide = rows.some((row) => widthOf(row.outputs) + widthOf(row.inputs) > COLUMNS_LIMIT);
  return wide ? "too-many-columns" : rows;
}

const widthOf = (side: SideRow | null): number => side?.cells.length ?? 0;

/**
 * `SageMakerOutput` holds the prediction; what stands beside it is the input (`JoinSource: Input`).
 */
function readBatchRow(line: string): CaptureRecord | QuarantineReason {
  const document = readValidJson(line);
  if (document === null) return "nested-json";
  const entries = document.kind === "object" ? document.entries : [];
  const values = new Map(entries);
  const output = values.get("SageMakerOutput");
  const rest = rowOf({
    kind: "object",
    entries: entries.filter(([key]) => !BATCH_KEYS.has(key)),
  });
  if (typeof rest === "string") return rest;
  const outputs = output === undefined ? rest : sideOf(output);
  if (typeof outputs === "string") return outputs;
  const rows = pairRows([outputs], output === undefined ? null : [rest]);
  if (typeof rows === "string") return rows;
  const id = textOf(values.get("SageMakerInferenceId"));
  return dated(textOf(values.get("SageMakerInferenceTime")), id, undefined, rows);
}

function sideOf(node: JsonNode): SideRow | QuarantineReason {
  return node.kind === "scalar" ? { names: null, cells: [node.text] } : rowOf(node);
}

function textOf(node: JsonNode | undefined): Cell | undefined {
  return node?.kind === "scalar" ? node.text : undefined;
}

function dated(
  inferenceTime: unknown,
  eventId: unknown,
  inferenceId: unknown,
  rows: readonly CaptureRow[],
): CaptureRecord | QuarantineReason {
  const inferenceMillis = readTimeMillis(inferenceTime);
  if (inferenceMillis === null) return "invalid-inference-time";
  return {
    eventId: typeof eventId === "string" ? eventId : null,
    inferenceId: typeof inferenceId === "string" ? inferenceId : null,
    inferenceMillis,
    rows,
  };
}

/** Milliseconds since the epoch of an ISO 8601 time with a zone; null when it is none. */
export function readTimeMillis(time: unknown): number | null {
  const date = typeof time === "string" ? TIME.exec(time)?.[1] : undefined;
  if (date === undefined) return null;
  const millis = Date.parse(time as string);
  // Date.parse takes 30 February for 2 March.
  const midnight = Date.parse(`${date}T00:00:00Z`);
  const isReal = !Number.isNaN(millis) && new Date(midnight).toISOString().startsWith(date);
  return isReal ? millis : null;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether a text that is no JSON stops inside a string, an object or an array. */
function isTruncated(text: string): boolean {
  let depth = 0;
  let at = 0;
  while (at < text.length) {
    const character = text[at];
    if (character === '"') {
      at += 1;
      while (at < text.length && text[at] !== '"') at += text[at] === "\\" ? 2 : 1;
      if (at >= text.length) return true;
    } else if (character === "{" || character === "[") depth += 1;
    else if (character === "}" || character === "]") depth -= 1;
    at += 1;
  }
  return depth > 0;
}
