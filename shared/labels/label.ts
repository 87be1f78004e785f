import { createHash } from "node:crypto";
import { readTimeMillis } from "../capture/record.ts";

export const LABEL_ENCODINGS = ["CSV", "JSON"] as const;

export type LabelEncoding = (typeof LABEL_ENCODINGS)[number];

/** Ground truth of one inference, as it was accepted. */
export interface Label {
  /** The caller's inference id when the capture has one, else SageMaker's event id. */
  readonly id: string;
  /** One line a row of the record: bare values in CSV, objects in JSON. */
  readonly data: string;
  readonly encoding: LabelEncoding;
  /** When the truth was known, in milliseconds since the epoch; null when nobody said. */
  readonly labelMillis: number | null;
}

/** Why a line is no label. The names are stable: answers, metrics and tests key on them. */
export type LabelRejection =
  | "not-utf-8"
  | "invalid-json"
  | "not-an-object"
  | "no-ground-truth-data"
  | "invalid-data"
  | "unknown-encoding"
  | "no-event-id"
  | "id-too-long"
  | "invalid-label-time"
  | "line-too-long";

/** SageMaker's own ids are up to 64 characters long; other clients' may be longer. */
export const ID_LIMIT_BYTES = 1024;

/** Reads one line of Model Monitor's ground-truth format. Unknown keys are ignored. */
export function readLabel(line: string): Label | LabelRejection {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    return "invalid-json";
  }
  if (!isObject(parsed)) return "not-an-object";
  const { groundTruthData, eventMetadata } = parsed;
  if (!isObject(groundTruthData)) return "no-ground-truth-data";
  const { data, encoding } = groundTruthData;
  if (typeof data !== "string" || data.trim() === "") return "invalid-data";
  if (encoding !== "CSV" && encoding !== "JSON") return "unknown-encoding";
  const { eventId: id, labelTime } = isObject(eventMetadata) ? eventMetadata : {};
  if (typeof id !== "string" || id === "") return "no-event-id";
  if (Buffer.byteLength(id) > ID_LIMIT_BYTES) return "id-too-long";
  if (labelTime === undefined || labelTime === null)
    return { id, data, encoding, labelMillis: null };
  const labelMillis = readTimeMillis(labelTime);
  return labelMillis === null ? "invalid-label-time" : { id, data, encoding, labelMillis };
}

/** The label as a line of Model Monitor's format; the same label is the same text. */
export function labelLine({ id, data, encoding, labelMillis }: Label): string {
  const labelTime = labelMillis === null ? undefined : isoMillis(labelMillis);
  return JSON.stringify({
    groundTruthData: { data, encoding },
    eventMetadata: { eventId: id, labelTime },
    eventVersion: "0",
  });
}

/**
 * Which of two labels of one inference stands: the one with the last time, one without a time below
 * all others; of equals the one whose content has the greater SHA-256, so that no order decides.
 *
 * @returns above 0 when the first stands, below 0 when the second does, 0 when their content is one
 */
export function compareLabels(first: Label, second: Label): number {
  const [a, b] = [first.labelMillis ?? -Infinity, second.labelMillis ?? -Infinity];
  if (a !== b) return a > b ? 1 : -1;
  return compareContents(first, second);
}

export function compareContents(
  first: Pick<Label, "data" | "encoding">,
  second: Pick<Label, "data" | "encoding">,
): number {
  if (first.data === second.data && first.encoding === second.encoding) return 0;
  return Buffer.compare(contentHash(first), contentHash(second));
}

/** The bytes that identify what a label says, whoever said it and when. */
export function contentHash({ data, encoding }: Pick<Label, "data" | "encoding">): Buffer {
  return createHash("sha256").update(JSON.stringify({ data, encoding })).digest();
}

/** `2026-01-15T10:00:00Z`, with milliseconds only when there are some. */
function isoMillis(millis: number): string {
  return new Date(millis).toISOString().replace(".000Z", "Z");
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
