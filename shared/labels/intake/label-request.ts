import { HttpProblem } from "../../contracts/http-problem.ts";
import { type Entry, readLine, readPosted } from "./read-entry.ts";

export const LABELS_PER_REQUEST = 1000;
export const REQUEST_BYTES = 2 ** 20;

const MEDIA_TYPES: ReadonlyMap<string, (text: string) => Entry[]> = new Map([
  ["application/json", readJson],
  ["application/x-ndjson", readLines],
]);

export interface LabelRequestBody {
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Uint8Array;
}

/**
 * Reads the labels of a request.
 *
 * @throws HttpProblem 400, 413 or 415 when the request as a whole is not of the form
 */
export function readLabelRequest(request: LabelRequestBody): Entry[] {
  const read = mediaReader(request.headers, MEDIA_TYPES);
  const entries = read(bodyText(request.body));
  if (entries.length === 0) {
    throw new HttpProblem(400, "no-labels", "request: 0 labels: must have at least one");
  }
  if (entries.length > LABELS_PER_REQUEST) {
    const message = `request: ${entries.length} labels: must be at most ${LABELS_PER_REQUEST}`;
    throw new HttpProblem(413, "too-many-labels", `${message}: ${UPLOADS}`);
  }
  return entries;
}

const UPLOADS = "send more in several requests, or as a file by label-uploads";

/** @throws HttpProblem 415 */
export function mediaReader<Reader>(
  headers: ReadonlyMap<string, string>,
  readers: ReadonlyMap<string, Reader>,
): Reader {
  const coding = headers.get("content-encoding")?.trim().toLowerCase() ?? "";
  if (coding !== "" && coding !== "identity") {
    const message = `Content-Encoding: ${shown(coding)}: must not be there`;
    throw new HttpProblem(415, "encoded-content", `${message}: label-uploads take gzip`);
  }
  const given = headers.get("content-type") ?? "";
  const [type = "", ...parameters] = given.toLowerCase().split(";");
  const reader = readers.get(type.trim());
  const charset = parameters.find((parameter) => parameter.trim().startsWith("charset="));
  const isUtf8 = charset === undefined || /^\s*charset="?utf-?8"?\s*$/.test(charset);
  if (reader !== undefined && isUtf8) return reader;
  throw new HttpProblem(
    415,
    "unsupported-media-type",
    `Content-Type: ${shown(given)}: must be ${[...readers.keys()].join(" or ")}, in UTF-8`,
  );
}

/** @throws HttpProblem 400 or 413 */
export function bodyText(body: Uint8Array): string {
  if (body.length > REQUEST_BYTES) {
    const message = `request: ${body.length} bytes: must be at most ${REQUEST_BYTES}`;
    throw new HttpProblem(413, "content-too-large", `${message}: ${UPLOADS}`);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(body);
  } catch {
    throw new HttpProblem(400, "not-utf-8", "request: its body: must be UTF-8");
  }
}

/** @throws HttpProblem 400 */
export function bodyObject(text: string): Readonly<Record<string, unknown>> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw new HttpProblem(400, "invalid-json", "request: its body: must be JSON");
  }
  if (typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)) return { ...parsed };
  throw new HttpProblem(400, "not-an-object", "request: its body: must be a JSON object");
}

function readJson(text: string): Entry[] {
  const { labels, ...others } = bodyObject(text);
  const [unknown] = Object.keys(others);
  if (!Array.isArray(labels) || unknown !== undefined) {
    const rule = 'must have the one key "labels" with a list of labels';
    const found = unknown === undefined ? "" : `${shown(unknown)}: `;
    throw new HttpProblem(400, "no-list-of-labels", `request: ${found}${rule}`);
  }
  return labels.map(readPosted);
}

function readLines(text: string): Entry[] {
  return text
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map(readLine);
}

function shown(text: string): string {
  return JSON.stringify(text.slice(0, 100));
}
