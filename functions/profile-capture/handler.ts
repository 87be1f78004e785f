// One S3 capture object → one mergeable profile of each hour in it.

import { findCaptureSource } from "../../shared/aws/capture-sources.ts";
import { openCapturedObjects } from "../../shared/aws/captured-objects.ts";
import { saveCapture } from "../../shared/aws/captures.ts";
import { logger, sqsHandler } from "../../shared/aws/handlers.ts";
import { isBatchCsv } from "../../shared/contracts/capture-source.ts";
import { objectCreated } from "../../shared/contracts/object-created.ts";
import { profileRecords } from "../../shared/profile/profile-records.ts";

/** Where a batch transform of CSV joins its inputs, all columns count as outputs, as the file has them. */
const BATCH_CSV = { batchCsv: { inputColumnCount: 0 } };

/**
 * S3 delivers at least once and in no order. A profile is stored under its object's key and etag, and
 * the object is counted once, so a repeated delivery rewrites the same bytes and changes nothing. An
 * object that is none of a monitored endpoint, or is gone, is said to be so and done with.
 */
export const handler = sqsHandler(objectCreated, async ({ time, detail }) => {
  const { etag, key } = detail.object;
  const location = { bucket: detail.bucket.name, key };
  const source = await findCaptureSource(location);
  if (!("endpoint" in source)) {
    logger.info(source.kind, { ...location, why: source.explanation });
    return;
  }
  let objectCount = 0;
  for await (const opened of openCapturedObjects(location, etag, source.kind)) {
    const { object, body } = opened;
    const found = await profileRecords(body, isBatchCsv(object.key) ? BATCH_CSV : {});
    const capture = { object, etag: opened.etag, source, found };
    const counted = await saveCapture(capture, Date.parse(time));
    const isLate = counted.lateBeyondRetention.length > 0;
    logger[isLate ? "warn" : "info"]("profiled", { ...object, ...counted });
    objectCount += 1;
  }
  if (objectCount === 0) logger.info("nothing to profile", { ...location, etag });
});
