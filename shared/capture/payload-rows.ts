import { type Cell, readCsvRows } from "./csv-rows.ts";
import { readJsonRows, type SideRow } from "./json-rows.ts";
import type { QuarantineReason } from "./quarantine.ts";

/** One side of a capture record (`endpointInput` or `endpointOutput`), as it was parsed. */
export interface Payload {
  readonly observedContentType?: unknown;
  readonly data?: unknown;
  readonly encoding?: unknown;
}

export type BodyFormat = "csv" | "json";

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;
const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export interface Body {
  readonly format: BodyFormat;
  readonly text: string;
}

/** Reads the rows of one payload, whatever its encoding; a quarantine reason when it has none. */
export function readPayloadRows(payload: Payload): SideRow[] | QuarantineReason {
  const body = decodeBody(payload);
  return typeof body === "string" ? body : readBody(body);
}

/** The text of a payload and what it holds. */
export function decodeBody(payload: Payload): Body | QuarantineReason {
  const { data, encoding } = payload;
  if (typeof data !== "string") return "invalid-data";
  if (encoding === "CSV") return { format: "csv", text: data };
  if (encoding === "JSON") return { format: "json", text: data };
  if (encoding !== "BASE64") return "unknown-encoding";
  const text = decodeBase64(data);
  if (text === null) return "invalid-base64";
  return { format: formatOf(payload.observedContentType), text };
}

/** What a BASE64 body holds, by its media type; CSV unless the type says JSON. */
function formatOf(contentType: unknown): BodyFormat {
  return typeof contentType === "string" && /json/i.test(contentType) ? "json" : "csv";
}

export function readBody({ format, text }: Body): SideRow[] | QuarantineReason {
  if (text.includes("\0")) return "nul-bytes";
  if (!text.isWellFormed()) return "not-utf-8";
  const rows = format === "json" ? readJsonRows(text) : readCsvSide(text);
  return typeof rows !== "string" && rows.length === 0 ? "empty-data" : rows;
}

function readCsvSide(text: string): SideRow[] | QuarantineReason {
  const rows = readCsvRows(text);
  return rows === null ? "invalid-csv" : rows.map((cells: Cell[]) => ({ names: null, cells }));
}

function decodeBase64(data: string): string | null {
  if (data.length % 4 !== 0 || !BASE64.test(data)) return null;
  try {
    return utf8.decode(Buffer.from(data, "base64"));
  } catch {
    return null;
  }
}
