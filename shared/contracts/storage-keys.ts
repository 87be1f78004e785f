/**
 * Where everything lies in the one bucket. Only this file spells a prefix.
 */
export const PREFIX = {
  captures: "captures/",
  objectProfiles: "profiles/objects/",
  hourProfiles: "profiles/hours/",
  baselines: "baselines/",
  reports: "reports/",
  monitors: "monitors/",
  status: "status/",
  quarantine: "quarantine/",
} as const;

/** `yyyy/mm/dd/hh` of an instant, as SageMaker lays out captures. */
function hourPath(millis: number): string {
  return new Date(millis).toISOString().slice(0, 13).replace("T", "/").replaceAll("-", "/");
}

export function objectProfilesOfHour(
  endpoint: string,
  variant: string,
  hourMillis: number,
): string {
  return `${PREFIX.objectProfiles}${endpoint}/${variant}/${hourPath(hourMillis)}/`;
}

export function objectProfileKey(
  endpoint: string,
  variant: string,
  hourMillis: number,
  objectId: string,
): string {
  return `${objectProfilesOfHour(endpoint, variant, hourMillis)}${objectId}`;
}

export function hourProfileKey(endpoint: string, variant: string, hourMillis: number): string {
  return `${PREFIX.hourProfiles}${endpoint}/${variant}/${hourPath(hourMillis)}`;
}

export function quarantineKey(
  endpoint: string,
  variant: string,
  hourMillis: number,
  objectId: string,
): string {
  return `${PREFIX.quarantine}${endpoint}/${variant}/${hourPath(hourMillis)}/${objectId}.jsonl`;
}

export function monitorKey(endpoint: string): string {
  return `${PREFIX.monitors}${endpoint}.yml`;
}

export function statusKey(endpoint: string): string {
  return `${PREFIX.status}${endpoint}.json`;
}

/** `reports/{endpoint}/{variant}/{check}/{from}--{to}/r{revision}/`, times as `20260115T1000Z`. */
export function reportPrefix(report: {
  endpoint: string;
  variant: string;
  check: string;
  from: string;
  to: string;
  revision: number;
}): string {
  const { endpoint, variant, check, from, to, revision } = report;
  return `${PREFIX.reports}${endpoint}/${variant}/${check}/${from}--${to}/r${revision}/`;
}
