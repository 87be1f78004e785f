import * as z from "zod/mini";
import { awsEvent } from "./aws-event.ts";
import { PREFIX } from "./storage-keys.ts";

export const MONITOR_CHANGED = "Monitor Changed";

/** The endpoint to look at again; null when the event is about no definition. */
export interface MonitorChange {
  readonly endpoint: string | null;
  /** Of the S3 object, when the event is S3's. */
  readonly key?: string;
}

const s3Object = z.looseObject({ object: z.looseObject({ key: z.string() }) });

/** S3's word that a file under `monitors/` was written or deleted. */
const fileChanged = z.pipe(
  z.union([awsEvent("Object Created", s3Object), awsEvent("Object Deleted", s3Object)]),
  z.transform(({ detail }): MonitorChange => {
    const { key } = detail.object;
    return { endpoint: endpointOfKey(key), key };
  }),
);

/** plan-checks' word that what is deployed for an endpoint is not what its definition asks for. */
const monitorChanged = z.pipe(
  awsEvent(MONITOR_CHANGED, z.looseObject({ endpoint: z.string().check(z.minLength(1)) })),
  z.transform(({ detail }): MonitorChange => ({ endpoint: detail.endpoint })),
);

/** Whatever makes register-monitor look at an endpoint again; the truth is the file, not the event. */
export const monitorEvent = z.union([fileChanged, monitorChanged]);

/** The endpoint that a file under `monitors/` defines the monitor of; null for any other key. */
export function endpointOfKey(key: string): string | null {
  const match = /^([\w-]+)\.yml$/.exec(key.slice(PREFIX.monitors.length));
  return key.startsWith(PREFIX.monitors) && match ? match[1]! : null;
}
