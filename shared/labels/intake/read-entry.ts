import { readTimeMillis } from "../../capture/record.ts";
import { ID_LIMIT_BYTES, type Label, readLabel } from "../label.ts";
import type { IntakeReason } from "./rejection.ts";

/** One label as it was sent, or why it is none, with its id as far as it could be read. */
export interface Entry {
  readonly label: Label | IntakeReason;
  readonly id: string | null;
}

const KEYS: ReadonlySet<string> = new Set(["inferenceId", "eventId", "label", "labelTime"]);
const CONTROL = /\p{Cc}/u;

/** Reads a line of Model Monitor's ground-truth format, or of our own shorter one. */
export function readLine(line: string): Entry {
  const label = readLabel(line);
  if (typeof label === "object") return readableId(label);
  if (label !== "no-ground-truth-data") return { label, id: null };
  return readPosted(JSON.parse(line));
}

/** Reads `{"inferenceId"|"eventId", "label", "labelTime"?}`. */
export function readPosted(value: unknown): Entry {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return { label: "not-an-object", id: null };
  }
  const posted: Readonly<Record<string, unknown>> = { ...value };
  const { inferenceId, eventId, label, labelTime } = posted;
  const given = [inferenceId, eventId].filter((id) => id !== undefined && id !== null);
  const id = typeof given[0] === "string" ? given[0] : null;
  const refuse = (reason: IntakeReason): Entry => ({ label: reason, id });
  if (Object.keys(posted).some((key) => !KEYS.has(key))) return refuse("unknown-key");
  if (given.length !== 1) return refuse("not-one-id");
  if (id === null || id === "") return refuse("invalid-id");
  if (Buffer.byteLength(id) > ID_LIMIT_BYTES) return refuse("id-too-long");
  const data = dataOf(label);
  if (data === null) return refuse("invalid-label");
  const labelMillis =
    labelTime === undefined || labelTime === null ? null : readTimeMillis(labelTime);
  const hasBadTime = labelMillis === null && labelTime !== undefined && labelTime !== null;
  if (hasBadTime) return refuse("invalid-label-time");
  return readableId({ id, data, encoding: "CSV", labelMillis });
}

/** An id that is no well-formed text would be stored as another; none has control characters. */
function readableId(label: Label): Entry {
  const { id } = label;
  return CONTROL.test(id) || !id.isWellFormed() ? { label: "invalid-id", id } : { label, id };
}

/** The label as CSV, one line a row; null when it is none. */
function dataOf(label: unknown): string | null {
  const values = Array.isArray(label) ? label : [label];
  const cells = values.map(cellOf);
  return cells.length === 0 || cells.includes(null) ? null : cells.join("\n");
}

function cellOf(value: unknown): string | null {
  if (typeof value === "boolean") return String(value);
  // -0 is written as 0.
  if (typeof value === "number") return Number.isFinite(value) ? String(value + 0) : null;
  if (typeof value !== "string" || value.trim() === "") return null;
  if (CONTROL.test(value) || !value.isWellFormed()) return null;
  return /[",]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}
