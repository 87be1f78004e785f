import type { LabelFormat } from "../contracts/label-source.ts";
import { type S3Location, s3Uri } from "../contracts/s3-uri.ts";
import { labelQuarantineKey } from "../contracts/storage-keys.ts";
import { batchOf, type IntakeRules } from "../labels/intake/batch.ts";
import { inChunks } from "../labels/intake/chunks.ts";
import { type FileEntry, readLabelFile } from "../labels/intake/label-file.ts";
import { readLabelParquet } from "../labels/intake/label-parquet.ts";
import { sha256Of } from "../window/fold.ts";
import { objectIdOf } from "./captures.ts";
import type { LabelCounts } from "./label-hours.ts";
import { takeLabels } from "./label-intake.ts";
import { openObject, openRanges, writeObject } from "./objects.ts";
import { stageText } from "./stage.ts";

/** A file of labels as an event named it. */
export interface LabelFile extends IntakeRules {
  readonly object: S3Location;
  readonly etag: string | undefined;
  readonly endpoint: string;
  readonly format: LabelFormat;
}

/** So many labels become one object of ground truth; what is done of a file need not be done again. */
const CHUNK = 5_000;

/**
 * Takes the labels of a file, and puts those that are none into the quarantine. A file that is taken
 * again, as a whole or from where a function was stopped, changes nothing more.
 *
 * @returns null when the object is gone or was replaced, and another event tells of what is there now
 */
export async function importLabels(file: LabelFile): Promise<LabelCounts | null> {
  const opened = await openEntries(file);
  if (opened === null) return null;
  const objectId = objectIdOf(file.object, opened.etag);
  const total = { acceptedCount: 0, duplicateCount: 0, rejectedCount: 0 };
  let chunkIndex = 0;
  for await (const entries of inChunks(opened.entries, CHUNK)) {
    const counts = await takeChunk(file, entries, `${objectId}-${chunkIndex}`);
    total.acceptedCount += counts.acceptedCount;
    total.duplicateCount += counts.duplicateCount;
    total.rejectedCount += counts.rejectedCount;
    chunkIndex += 1;
  }
  return total;
}

interface OpenedFile {
  readonly etag: string;
  readonly entries: AsyncIterable<FileEntry>;
}

async function openEntries({ object, etag, format }: LabelFile): Promise<OpenedFile | null> {
  if (format === "parquet") {
    const ranges = await openRanges(object, etag);
    return ranges === null ? null : { etag: ranges.etag, entries: readLabelParquet(ranges) };
  }
  const opened = await openObject(object, etag);
  if (opened.kind !== "open") return null;
  return { etag: opened.etag, entries: readLabelFile(opened.body, format) };
}

async function takeChunk(
  file: LabelFile,
  entries: readonly FileEntry[],
  chunkId: string,
): Promise<LabelCounts> {
  const { endpoint, problem, arrivedMillis } = file;
  // Of what is in it: should a later version cut files into other chunks, those are other deliveries.
  const contentSha256 = sha256Of(JSON.stringify(entries));
  const deliveryId = sha256Of(`${chunkId}\n${contentSha256}`).slice(0, 32);
  const intake = { endpoint, deliveryId, contentSha256, arrivedMillis, isNamed: true };
  const { batch, ...answer } = await takeLabels(intake, (firstMillis) =>
    batchOf(entries, { problem, arrivedMillis: firstMillis }),
  );
  const rejected = batch.rejections.map(({ index, reason }) => {
    const { lineNumber, excerpt } = entries[index]!;
    return `${JSON.stringify({ object: s3Uri(file.object), lineNumber, reason, excerpt })}\n`;
  });
  if (rejected.length > 0) {
    const key = labelQuarantineKey(endpoint, arrivedMillis, chunkId);
    const location = { bucket: stageText("bucket"), key };
    await writeObject(location, rejected.join(""), "application/x-ndjson");
  }
  return { ...answer, rejectedCount: rejected.length };
}
