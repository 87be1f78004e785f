import * as z from "zod/mini";
import { awsEvent } from "./aws-event.ts";

/**
 * S3 `Object Created`, as EventBridge delivers it: at least once, in no order. The key is not
 * URL-encoded here, unlike in S3's own notifications.
 */
export const captureCreated = awsEvent(
  "Object Created",
  z.looseObject({
    bucket: z.looseObject({ name: z.string().check(z.minLength(1)) }),
    object: z.looseObject({
      key: z.string().check(z.minLength(1)),
      // Not there for every way in which S3 makes an object.
      etag: z.optional(z.string()),
      size: z.optional(z.number()),
    }),
  }),
);
