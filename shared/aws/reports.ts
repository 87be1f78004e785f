import type { CheckName } from "../contracts/check-name.ts";
import type { AnyCheckResult } from "../contracts/quality-result.ts";
import { s3Uri } from "../contracts/s3-uri.ts";
import { parseStatistics } from "../contracts/statistics-codec.ts";
import type { Statistics } from "../contracts/statistics-file.ts";
import { reportPrefix } from "../contracts/storage-keys.ts";
import { sha256Of } from "../window/fold.ts";
import { compactTime, type Window } from "../window/window.ts";
import { readObject, writeObject } from "./objects.ts";
import { stageText } from "./stage.ts";

/** Whose report: one window of one check of one variant. */
export interface ReportOwner {
  readonly endpoint: string;
  readonly variant: string;
  readonly check: CheckName;
  readonly window: Window;
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  json: "application/json",
  html: "text/html; charset=utf-8",
};

/** Where a person finds the page of a revision. */
export function reportLocation(owner: ReportOwner, revision: number): string {
  return s3Uri({ bucket: stageText("bucket"), key: `${prefixOf(owner, revision)}report.html` });
}

/**
 * Writes the files of a revision, `result.json` last: who finds it finds the others. The same inputs have
 * the same revision and the same bytes, so a second run changes nothing.
 */
export async function writeReport(
  owner: ReportOwner,
  revision: number,
  files: ReadonlyMap<string, string>,
): Promise<void> {
  const bucket = stageText("bucket");
  const names = [...files.keys()].filter((name) => name !== RESULT);
  for (const name of [...names, RESULT]) {
    const key = `${prefixOf(owner, revision)}${name}`;
    const type = CONTENT_TYPES[name.slice(name.lastIndexOf(".") + 1)]!;
    await writeObject({ bucket, key }, files.get(name)!, type);
  }
}

export async function readResult(
  owner: ReportOwner,
  revision: number,
): Promise<AnyCheckResult | null> {
  const text = await readReportFile(owner, revision, RESULT);
  return text === null ? null : JSON.parse(text);
}

/** Where the result of a revision lies, and the hash of its bytes; null when there is none. */
export async function hashResult(
  owner: ReportOwner,
  revision: number,
): Promise<{ readonly key: string; readonly hash: string } | null> {
  const text = await readReportFile(owner, revision, RESULT);
  if (text === null) return null;
  const key = s3Uri({ bucket: stageText("bucket"), key: `${prefixOf(owner, revision)}${RESULT}` });
  return { key, hash: `sha256:${sha256Of(text)}` };
}

/** The statistics of the window that a report is about. */
export async function readReportStatistics(
  owner: ReportOwner,
  revision: number,
): Promise<Statistics | null> {
  const text = await readReportFile(owner, revision, "statistics.json");
  return text === null ? null : parseStatistics(text);
}

async function readReportFile(
  owner: ReportOwner,
  revision: number,
  name: string,
): Promise<string | null> {
  const key = `${prefixOf(owner, revision)}${name}`;
  const bytes = await readObject({ bucket: stageText("bucket"), key });
  return bytes === null ? null : new TextDecoder().decode(bytes);
}

const RESULT = "result.json";

function prefixOf({ window, ...owner }: ReportOwner, revision: number): string {
  const from = compactTime(window.fromMillis);
  const to = compactTime(window.toMillis);
  return reportPrefix({ ...owner, from, to, revision });
}
