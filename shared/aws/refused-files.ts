import type { LabelSource } from "../contracts/label-source.ts";
import { type S3Location, s3Uri } from "../contracts/s3-uri.ts";
import { refusedFileKey } from "../contracts/storage-keys.ts";
import { objectIdOf } from "./captures.ts";
import { putMetrics } from "./metrics.ts";
import { writeObject } from "./objects.ts";
import { stageText } from "./stage.ts";

/** A file of labels that nobody can take, as an event named it. */
export interface RefusedFile {
  readonly object: S3Location;
  readonly etag: string | undefined;
  readonly arrivedMillis: number;
  readonly source: Exclude<LabelSource, { kind: "labels" }>;
}

/**
 * Makes it seen that a file was not taken: a note in the quarantine, which says why, and a metric that the
 * stage's alarm watches. The file itself stays where it is: put again, it is looked at again.
 *
 * What lies where Plumbline itself writes gets no note, for that would be one more file there.
 */
export async function noteRefusedFile(refused: RefusedFile): Promise<void> {
  const { object, etag = "", arrivedMillis, source } = refused;
  const { kind: reason, explanation } = source;
  if (reason !== "own-output") {
    const note = `${JSON.stringify({ object: s3Uri(object), reason, explanation })}\n`;
    const key = refusedFileKey(arrivedMillis, objectIdOf(object, etag));
    await writeObject({ bucket: stageText("bucket"), key }, note, "application/x-ndjson");
  }
  const dimensions = { Stage: stageText("stage") };
  await putMetrics([{ name: "RefusedLabelFileCount", dimensions, unit: "Count", value: 1 }]);
}
