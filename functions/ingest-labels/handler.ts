// An HTTP request with labels → ground truth; or a place to upload a file of them.
import { httpHandler } from "../../shared/aws/http-handler.ts";
import { postLabels, postUpload } from "../../shared/aws/label-posts.ts";

/**
 * A request may come twice: under the same Idempotency-Key it gets the same answer, and without one its
 * labels are counted as duplicates. What was answered with 202 is stored.
 */
export const handler = httpHandler((request) =>
  request.route.endsWith("/label-uploads") ? postUpload(request) : postLabels(request),
);
