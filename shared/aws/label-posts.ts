import { createHash, randomUUID } from "node:crypto";
import { HttpProblem } from "../contracts/http-problem.ts";
import { idempotencyKey } from "../contracts/idempotency-key.ts";
import { MonitoringError } from "../contracts/monitoring-error.ts";
import { batchOf, type Rejection } from "../labels/intake/batch.ts";
import { readLabelRequest } from "../labels/intake/label-request.ts";
import { RULES } from "../labels/intake/rejection.ts";
import { readUploadRequest } from "../labels/intake/upload-request.ts";
import { sha256Of } from "../window/fold.ts";
import type { ApiAnswer, KnownRequest } from "./http-handler.ts";
import { claimDelivery } from "./label-deliveries.ts";
import { takeLabels } from "./label-intake.ts";
import { type LabelUpload, signUpload } from "./label-uploads.ts";
import { findDefinition } from "./monitors.ts";

/** What became of a request's labels. */
export interface PostedLabels extends ApiAnswer {
  readonly content: {
    readonly accepted: number;
    readonly duplicate: number;
    readonly rejected: number;
    readonly rejections: readonly PostedRejection[];
  };
}

interface PostedRejection {
  readonly index: number;
  readonly id?: string;
  readonly reason: string;
  readonly explanation: string;
}

const SHOWN_CHARACTERS = 100;

/** @throws HttpProblem */
export async function postLabels(request: KnownRequest): Promise<PostedLabels> {
  const { endpoint, arrivedMillis } = request;
  const entries = readLabelRequest(request);
  const name = idempotencyKey(request.headers);
  const problem = await problemOf(endpoint);
  const contentSha256 = contentOf(request);
  const deliveryId = deliveryIdOf(request, name ?? `content ${contentSha256}`);
  const taken = await takeLabels(
    { endpoint, deliveryId, contentSha256, arrivedMillis, isNamed: name !== null },
    (firstMillis) => batchOf(entries, { problem, arrivedMillis: firstMillis }),
  );
  const { rejections } = taken.batch;
  return {
    status: 202,
    content: {
      accepted: taken.acceptedCount,
      duplicate: taken.duplicateCount,
      rejected: rejections.length,
      rejections: rejections.map(explained),
    },
  };
}

/** @throws HttpProblem */
export async function postUpload(
  request: KnownRequest,
): Promise<ApiAnswer & { readonly content: LabelUpload }> {
  const { endpoint, arrivedMillis } = request;
  const format = readUploadRequest(request);
  const name = idempotencyKey(request.headers);
  await problemOf(endpoint);
  const uploadId = deliveryIdOf(request, name ?? randomUUID());
  const contentSha256 = contentOf(request);
  const delivery = { endpoint, deliveryId: uploadId, contentSha256, arrivedMillis };
  const known = await claimDelivery(delivery);
  const upload = { endpoint, uploadId, format, arrivedMillis: known.arrivedMillis };
  return { status: 201, content: await signUpload(upload) };
}

/** @throws HttpProblem 404 when the endpoint is not monitored */
async function problemOf(endpoint: string) {
  const definition = await findDefinition(endpoint);
  if (!(definition instanceof MonitoringError)) return definition.problem;
  // Whoever mends the definition will want the labels that came meanwhile.
  if (definition.code !== "unknown-endpoint") return null;
  throw new HttpProblem(
    404,
    "unknown-endpoint",
    `endpoint ${JSON.stringify(endpoint.slice(0, SHOWN_CHARACTERS))}: must be monitored`,
  );
}

/** Two callers may use the same name, and one caller the same for two routes. */
function deliveryIdOf({ caller, route }: KnownRequest, name: string): string {
  return sha256Of(JSON.stringify([caller.callerId, route, name])).slice(0, 32);
}

function contentOf({ headers, body }: KnownRequest): string {
  const type = headers.get("content-type") ?? "";
  return createHash("sha256").update(`${type}\n`).update(body).digest("hex");
}

function explained({ index, id, reason }: Rejection): PostedRejection {
  const explanation = RULES[reason];
  return id === null
    ? { index, reason, explanation }
    : { index, id: id.slice(0, SHOWN_CHARACTERS), reason, explanation };
}
