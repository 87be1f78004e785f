import { MonitoringError } from "../../contracts/monitoring-error.ts";
import { s3Uri } from "../../contracts/s3-uri.ts";
import type { AuditRecord } from "../../contracts/self-healing/audit-record.ts";
import type { RunRecord } from "../../contracts/self-healing/run.ts";
import type { TrainingSetValue } from "../../contracts/self-healing/tasks.ts";
import {
  datasetText,
  type PinnedObject,
  sagemakerManifestText,
  type TrainingCounts,
  trainingManifestText,
} from "../../contracts/self-healing/training-set.ts";
import { statisticsText } from "../../contracts/statistics-codec.ts";
import { trainingKeys } from "../../contracts/storage-keys.ts";
import { inputStatistics } from "../../training/input-statistics.ts";
import {
  type PreparedTrainingSet,
  prepareTrainingSet as prepare,
} from "../../training/prepare-training-set.ts";
import { EXTENSIONS } from "../../training/training-file.ts";
import { sha256Of } from "../../window/fold.ts";
import { describeEndpoint } from "../endpoints.ts";
import { writeObject } from "../objects.ts";
import { putAudit, readDecision } from "../self-healing/audit.ts";
import { stageText } from "../stage.ts";
import { type ReadRequests, readLabelledRequests } from "./labelled-requests.ts";

const STEP = "prepare-training-set";

type Prepared = Extract<PreparedTrainingSet, { outcome: "prepared" }>;

/**
 * Makes a run's training set and writes it. The audit is written last and decides: a set that a run has
 * is not made again of what came since, as training may be under way with it.
 */
export async function prepareTrainingSet(record: RunRecord, at: string): Promise<TrainingSetValue> {
  const { run, endpoint } = record;
  const made = await readDecision(run, STEP);
  if (made !== null) return answerOf(made);
  const found = await makeTrainingSet(record);
  if (found instanceof MonitoringError) {
    const reason = found.message;
    const decided = { run, endpoint, at, by: STEP, step: STEP, decision: "no-data", reason };
    return answerOf(await putAudit({ ...decided, seen: {}, inputs: [] }));
  }
  const { read, prepared } = found;
  const { outcome: decision, reason } = prepared;
  const inputs = prepared.outcome === "no-data" ? [] : await writeFiles(run, read, prepared);
  const counts = prepared.outcome === "no-data" ? prepared.counts : prepared.dataset.counts;
  const decided = { run, endpoint, at, by: STEP, step: STEP, decision, reason };
  return answerOf(await putAudit({ ...decided, seen: seenOf(counts, read), inputs }));
}

/** The training set of a run as it would be made now; nothing is written. */
export async function makeTrainingSet(
  record: Pick<RunRecord, "run" | "endpoint" | "definition" | "champion" | "startedAt">,
): Promise<
  { readonly read: ReadRequests; readonly prepared: PreparedTrainingSet } | MonitoringError
> {
  const { run, endpoint, definition } = record;
  const { retraining } = definition;
  if (retraining === undefined) {
    return new MonitoringError(
      "no-retraining",
      `${endpoint}: retraining: is missing: must be there`,
    );
  }
  const read = await readLabelledRequests(record);
  if (read instanceof MonitoringError) return read;
  const prepared = prepare({
    ...{ run, definition, retraining },
    bucket: stageText("bucket"),
    gathered: read.gathered,
    known: read.known,
    capturedPercent: await readCapturedPercent(endpoint),
  });
  return { read, prepared };
}

function answerOf({ decision, reason }: AuditRecord): TrainingSetValue {
  return { outcome: decision === "prepared" ? "prepared" : "no-data", reason };
}

async function readCapturedPercent(endpoint: string): Promise<number | null> {
  try {
    const { DataCaptureConfig } = await describeEndpoint(endpoint);
    return DataCaptureConfig?.CurrentSamplingPercentage ?? null;
  } catch (error) {
    if (error instanceof MonitoringError) return null;
    throw error;
  }
}

/** @returns what stands for the training set in the audit */
async function writeFiles(
  run: string,
  { captures, labels }: ReadRequests,
  { dataset, files, profiledInputs }: Prepared,
): Promise<AuditRecord["inputs"]> {
  const keys = trainingKeys(run, EXTENSIONS[dataset.format]);
  const statistics = await inputStatistics(profiledInputs, dataset.columns);
  const names = [keys.train.slice(keys.prefix.length)];
  const prefix = s3Uri({ bucket: stageText("bucket"), key: keys.prefix });
  const written = [
    await write(keys.train, Buffer.concat([...files.train])),
    await write(keys.holdoutInputs, Buffer.concat([...files.holdoutInputs])),
    await write(keys.holdoutRows, Buffer.concat([...files.holdoutRows])),
    await write(keys.statistics, Buffer.from(statisticsText(statistics))),
    await write(keys.sagemakerManifest, Buffer.from(sagemakerManifestText(prefix, names))),
    await write(keys.dataset, Buffer.from(datasetText(dataset))),
  ];
  const manifest = { version: "1", run, captures, labels, files: written } as const;
  const pinned = await write(keys.manifest, Buffer.from(trainingManifestText(manifest)));
  return [{ key: pinned.location, hash: `sha256:${pinned.sha256}` }];
}

async function write(key: string, bytes: Buffer): Promise<PinnedObject> {
  const location = { bucket: stageText("bucket"), key };
  const etag = await writeObject(location, bytes, "application/octet-stream");
  return { location: s3Uri(location), etag, sha256: sha256Of(bytes), byteCount: bytes.length };
}

function seenOf(
  { leftOutCounts, ...counts }: TrainingCounts,
  { captures, labels, absentObjectCount }: ReadRequests,
): AuditRecord["seen"] {
  return {
    ...counts,
    ...leftOutCounts,
    captureObjectCount: captures.length,
    labelObjectCount: labels.length,
    absentObjectCount,
  };
}
