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
  labelInbox: "label-inbox/",
  groundTruth: "ground-truth/",
  merged: "merged/",
  training: "training/",
  models: "models/",
  evaluations: "evaluations/",
  /** What a join in partitions keeps until it has ended. */
  joins: "joins/",
} as const;

/** Below a baseline's prefix, the folder of the quality baseline. */
export const QUALITY_BASELINE = "model-quality/";

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

/** Accepted labels that arrived in an hour; `objectId` says which request or file brought them. */
export function groundTruthKey(endpoint: string, arrivedMillis: number, objectId: string): string {
  return `${groundTruthOfHour(endpoint, arrivedMillis)}${objectId}.jsonl`;
}

export function groundTruthOfHour(endpoint: string, arrivedMillis: number): string {
  return `${PREFIX.groundTruth}${endpoint}/${hourPath(arrivedMillis)}/`;
}

/** Captures of an hour with their labels, in Model Monitor's format; written again as labels come. */
export function mergedKey(endpoint: string, variant: string, hourMillis: number): string {
  return `${PREFIX.merged}${endpoint}/${variant}/${mergedPath(hourMillis)}`;
}

/** Below the variant's folder. */
export function mergedPath(hourMillis: number): string {
  return `${hourPath(hourMillis)}/part-00000.c000.jsonl`;
}

/** The folder of one join in partitions; `joinId` says what it reads. */
export function joinPrefix(endpoint: string, joinId: string): string {
  return `${PREFIX.joins}${endpoint}/${joinId}/`;
}

/** What the join reads, below its folder. */
export function joinInputsKey(prefix: string): string {
  return `${prefix}inputs.json`;
}

/** The rows that one partition found. */
export function joinRowsKey(prefix: string, partition: number): string {
  return `${prefix}${partition}/rows`;
}

/** The merged records that one partition found of a variant, sorted. */
export function joinRunKey(prefix: string, partition: number, variant: string): string {
  return `${prefix}${partition}/${variant}.jsonl`;
}

/** Rejected labels of a file; no variant is called `_labels`. */
export function labelQuarantineKey(
  endpoint: string,
  arrivedMillis: number,
  objectId: string,
): string {
  return quarantineKey(endpoint, "_labels", arrivedMillis, objectId);
}

/** A note of a file of labels that is no endpoint's; no endpoint is called `_refused`. */
export function refusedFileKey(arrivedMillis: number, objectId: string): string {
  return quarantineKey("_refused", "_labels", arrivedMillis, objectId);
}

export function labelUploadKey(endpoint: string, arrivedMillis: number, file: string): string {
  return `${PREFIX.labelInbox}${endpoint}/uploads/${hourPath(arrivedMillis)}/${file}`;
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

/** Where the files of a run's training set lie; the names are those of `training-set.ts`. */
export function trainingKeys(run: string, extension: string) {
  const prefix = `${PREFIX.training}${run}/`;
  return {
    prefix,
    dataset: `${prefix}dataset.json`,
    manifest: `${prefix}manifest.json`,
    sagemakerManifest: `${prefix}train.manifest`,
    train: `${prefix}train/train.${extension}`,
    statistics: `${prefix}statistics.json`,
    holdoutInputs: `${prefix}holdout/inputs`,
    holdoutRows: `${prefix}holdout/rows.jsonl`,
  } as const;
}

export function modelPrefix(run: string): string {
  return `${PREFIX.models}${run}/`;
}

export function evaluationKeys(run: string) {
  const prefix = `${PREFIX.evaluations}${run}/`;
  return {
    prefix,
    /** Batch transform writes `inputs.out` below it. */
    output: `${prefix}transform/`,
    report: `${prefix}report.json`,
    /** The newest data against the champion's baseline and the challenger's. */
    drift: `${prefix}drift.json`,
  } as const;
}

/** Labelled rows that the judge of a run's canary found in one look. */
export function canaryLabelsKey(run: string, phase: string, look: number): string {
  return `${PREFIX.evaluations}${run}/canary/${phase}-labels-${look}.json`;
}

/** The baseline of the model that a run trained. */
export function runBaselinePrefix(endpoint: string, run: string): string {
  return `${PREFIX.baselines}${endpoint}/${run}/`;
}
