import { readBatchManifest } from "../capture/manifest.ts";
import type { KnownCapture } from "../contracts/capture-source.ts";
import { MonitoringError } from "../contracts/monitoring-error.ts";
import { parseS3Uri, type S3Location, s3Uri } from "../contracts/s3-uri.ts";
import { type OpenedObject, openObject, readAll } from "./objects.ts";

/** An object that holds captured records, open for reading. */
export type CapturedObject = OpenedObject & { readonly kind: "open"; readonly object: S3Location };

/**
 * The objects of a capture, one after the other: itself, or those that the manifest of a batch
 * transform names. None when it is gone or replaced: then another event tells of it.
 *
 * @throws MonitoringError `batch-output-absent`, so that the event comes again: a manifest is no
 *   reason to take outputs for read that are not there
 */
export async function* openCapturedObjects(
  object: S3Location,
  etag: string | undefined,
  kind: KnownCapture["kind"],
): AsyncGenerator<CapturedObject> {
  const opened = await openObject(object, etag);
  if (opened.kind !== "open") return;
  if (kind === "capture") {
    yield { ...opened, object };
    return;
  }
  const manifest = new TextDecoder().decode(await readAll(opened.body));
  for (const output of readBatchManifest(manifest).map(parseS3Uri)) {
    const openedOutput = await openObject(output);
    if (openedOutput.kind !== "open") {
      const rule = `it must be there: ${s3Uri(object)} names it`;
      throw new MonitoringError("batch-output-absent", `batch output: ${s3Uri(output)}: ${rule}`);
    }
    yield { ...openedOutput, object: output };
  }
}
