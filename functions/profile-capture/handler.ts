// One S3 capture object → one mergeable profile of each hour in it.

import { findCaptureSource } from "../../shared/aws/capture-sources.ts";
import { saveCapture } from "../../shared/aws/captures.ts";
import { logger, sqsHandler } from "../../shared/aws/handlers.ts";
import { openObject } from "../../shared/aws/objects.ts";
import { objectCreated } from "../../shared/contracts/object-created.ts";
import { profileRecords } from "../../shared/profile/profile-records.ts";

/**
 * S3 delivers at least once and in no order. A profile is stored under its object's key and etag, and
 * the object is counted once, so a repeated delivery rewrites the same bytes and changes nothing. An
 * object that is none of a monitored endpoint, or is gone, is said to be so and done with.
 */
export const handler = sqsHandler(objectCreated, async ({ time, detail }) => {
  const { etag, key } = detail.object;
  const object = { bucket: detail.bucket.name, key };
  const source = await findCaptureSource(object);
  if (source.kind !== "capture") {
    logger.info(source.kind, { ...object, why: source.explanation });
    return;
  }
  const opened = await openObject(object, etag);
  if (opened.kind !== "open") {
    logger.info(`object ${opened.kind}: nothing to profile`, { ...object, etag });
    return;
  }
  const found = await profileRecords(opened.body);
  const counted = await saveCapture({ object, etag: opened.etag, source, found }, Date.parse(time));
  const isLate = counted.lateBeyondRetention.length > 0;
  logger[isLate ? "warn" : "info"]("profiled", { ...object, ...counted });
});
