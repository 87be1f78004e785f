import {
  type CapturePrefix,
  type CaptureSource,
  captureSource,
} from "../contracts/capture-source.ts";
import { MonitoringError } from "../contracts/monitoring-error.ts";
import type { S3Location } from "../contracts/s3-uri.ts";
import { listMonitorRecords } from "./monitor-records.ts";
import { type MonitorFile, readMonitors, readRecentMonitors } from "./monitors.ts";

/** Whose capture an object is. Only who does not find out by recent definitions reads them again. */
export async function findCaptureSource(object: S3Location): Promise<CaptureSource> {
  const recent = captureSource(object, await prefixesOf(await readRecentMonitors()));
  if ("endpoint" in recent) return recent;
  return captureSource(object, await prefixesOf(await readMonitors()));
}

/** A definition that does not validate any more must not lose captures: the one before stays in force. */
async function prefixesOf(monitors: readonly MonitorFile[]): Promise<CapturePrefix[]> {
  const isBroken = monitors.some(({ content }) => content instanceof MonitoringError);
  const records = isBroken ? await listMonitorRecords() : [];
  return monitors.flatMap(({ endpoint, content }): CapturePrefix[] =>
    content instanceof MonitoringError
      ? records.filter((record) => record.endpoint === endpoint)
      : [content],
  );
}
