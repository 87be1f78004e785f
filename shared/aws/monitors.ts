import { endpointOfKey } from "../contracts/monitor-changed.ts";
import type { MonitorDefinition } from "../contracts/monitor-definition.ts";
import { parseMonitorFile } from "../contracts/monitor-file.ts";
import { MonitoringError } from "../contracts/monitoring-error.ts";
import { monitorKey, PREFIX, statusKey } from "../contracts/storage-keys.ts";
import {
  deleteObject,
  listObjects,
  openObject,
  readAll,
  readObject,
  type StoredObject,
  writeObject,
} from "./objects.ts";
import { stageText } from "./stage.ts";

/** One file under `monitors/`: a definition, or why it is none. */
export interface MonitorFile {
  readonly endpoint: string;
  readonly etag: string;
  readonly modifiedMillis: number;
  readonly content: MonitorDefinition | MonitoringError;
}

/** What became of a definition: `status/{endpoint}.json`. */
export interface MonitorStatus {
  readonly endpoint: string;
  readonly state: "active" | "invalid" | "failed";
  /** One sentence, or for an invalid definition one line a problem. */
  readonly explanation: string;
  readonly definitionEtag: string;
  readonly baseline?: string;
  readonly alarms?: readonly string[];
  readonly notified?: readonly string[];
}

const RECENT_MILLIS = 60_000;

/** Files that were read already, by key and etag: a definition changes far less often than captures come. */
const read = new Map<string, MonitorFile>();

/** Every monitor file; one that cannot be read never hides the others. */
export async function readMonitors(): Promise<MonitorFile[]> {
  const listed = await listObjects({ bucket: stageText("bucket"), key: PREFIX.monitors });
  const files = listed.filter(({ key }) => endpointOfKey(key) !== null);
  for (const key of read.keys()) if (!files.some((file) => file.key === key)) read.delete(key);
  const found = await Promise.all(files.map(readMonitorFile));
  const monitors = found.filter((monitor) => monitor !== null);
  last = { monitors, atMillis: performance.now() };
  return monitors;
}

/** What was read last, and when by a clock that only ever goes on. */
let last: { readonly monitors: MonitorFile[]; readonly atMillis: number } | undefined;

/** The monitor files as they were at some time within the last minute. */
export async function readRecentMonitors(): Promise<MonitorFile[]> {
  const atMillis = performance.now();
  if (last === undefined || atMillis - last.atMillis > RECENT_MILLIS) {
    last = { monitors: await readMonitors(), atMillis };
  }
  return last.monitors;
}

/** The definitions alone, of the files that validate. */
export function validDefinitions(monitors: readonly MonitorFile[]): MonitorDefinition[] {
  return monitors.flatMap(({ content }) => (content instanceof MonitoringError ? [] : [content]));
}

/** The definition of an endpoint's monitor, or why there is none in force. */
export async function findDefinition(
  endpoint: string,
): Promise<MonitorDefinition | MonitoringError> {
  const key = monitorKey(endpoint);
  const bytes = await readObject({ bucket: stageText("bucket"), key });
  return bytes === null ? unknownEndpoint(endpoint) : contentOf(key, endpoint, bytes);
}

/** The same with its etag, by which a decision names what it was made from. */
export async function findMonitor(
  endpoint: string,
): Promise<Pick<MonitorFile, "etag" | "content"> | null> {
  const key = monitorKey(endpoint);
  const opened = await openObject({ bucket: stageText("bucket"), key });
  if (opened.kind !== "open") return null;
  const { etag } = opened;
  return { etag, content: contentOf(key, endpoint, await readAll(opened.body)) };
}

/** That an endpoint has no monitor. */
export function unknownEndpoint(endpoint: string): MonitoringError {
  return new MonitoringError(
    "unknown-endpoint",
    `endpoint "${endpoint}": ${monitorKey(endpoint)} is absent: it must be monitored`,
  );
}

async function readMonitorFile(object: StoredObject): Promise<MonitorFile | null> {
  const { key, etag, modifiedMillis } = object;
  const known = read.get(key);
  if (known?.etag === etag) return known;
  const bytes = await readObject({ bucket: stageText("bucket"), key });
  // Deleted since it was listed.
  if (bytes === null) return null;
  const endpoint = endpointOfKey(key)!;
  const file = { endpoint, etag, modifiedMillis, content: contentOf(key, endpoint, bytes) };
  read.set(key, file);
  return file;
}

function contentOf(
  key: string,
  endpoint: string,
  bytes: Uint8Array,
): MonitorDefinition | MonitoringError {
  try {
    return definitionOf(key, endpoint, bytes);
  } catch (error) {
    if (error instanceof MonitoringError) return error;
    throw error;
  }
}

function definitionOf(key: string, endpoint: string, bytes: Uint8Array): MonitorDefinition {
  const definition = parseMonitorFile(new TextDecoder().decode(bytes), key);
  if (definition.endpoint === endpoint) return definition;
  throw new MonitoringError(
    "invalid-monitor-definition",
    `${key}: endpoint: "${definition.endpoint}": must be the name of the file`,
  );
}

/** @returns the etag by which the status will name it */
export async function writeDefinition(endpoint: string, text: string): Promise<string> {
  const location = { bucket: stageText("bucket"), key: monitorKey(endpoint) };
  return await writeObject(location, text, "application/yaml");
}

/** The text of a definition as its user wrote it; null when there is none. */
export async function readDefinitionText(endpoint: string): Promise<string | null> {
  const bytes = await readObject({ bucket: stageText("bucket"), key: monitorKey(endpoint) });
  return bytes === null ? null : new TextDecoder().decode(bytes);
}

export async function deleteDefinition(endpoint: string): Promise<void> {
  await deleteObject({ bucket: stageText("bucket"), key: monitorKey(endpoint) });
}

export async function writeStatus(status: MonitorStatus): Promise<void> {
  const location = { bucket: stageText("bucket"), key: statusKey(status.endpoint) };
  await writeObject(location, `${JSON.stringify(status, null, 2)}\n`, "application/json");
}

export async function readStatus(endpoint: string): Promise<MonitorStatus | null> {
  const bytes = await readObject({ bucket: stageText("bucket"), key: statusKey(endpoint) });
  return bytes === null ? null : JSON.parse(new TextDecoder().decode(bytes));
}

export async function deleteStatus(endpoint: string): Promise<void> {
  await deleteObject({ bucket: stageText("bucket"), key: statusKey(endpoint) });
}
