import type { CapturedHour } from "./plan.ts";
import { HOUR_MILLIS } from "./window.ts";

/** What was registered of an endpoint. */
export interface Registered {
  readonly endpoint: string;
  readonly definitionEtag: string;
  readonly variants: readonly string[];
}

/**
 * Endpoints whose definition is not the one that was registered: events of S3 may be lost, and then
 * nobody else would notice.
 */
export function changedMonitors(
  files: readonly { readonly endpoint: string; readonly etag: string }[],
  records: readonly Registered[],
): string[] {
  const registered = new Map(records.map((record) => [record.endpoint, record.definitionEtag]));
  const changed = files.filter(({ endpoint, etag }) => registered.get(endpoint) !== etag);
  const removed = records.filter((record) =>
    files.every(({ endpoint }) => endpoint !== record.endpoint),
  );
  return [...changed, ...removed].map(({ endpoint }) => endpoint);
}

/** Whether an endpoint captured of a variant lately that its registered alarms do not know. */
export function hasNewVariant(
  hours: readonly CapturedHour[],
  registered: Registered | undefined,
  nowMillis: number,
): boolean {
  return hours.some(
    ({ hourMillis, variant }) =>
      hourMillis > nowMillis - 3 * HOUR_MILLIS && !registered?.variants.includes(variant),
  );
}
