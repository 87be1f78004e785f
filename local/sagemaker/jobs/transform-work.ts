import { gunzipSync } from "node:zlib";
import type { SimulatorContext } from "../context.ts";
import { transformJobEvent } from "../events/job-events.ts";
import { parseS3Uri } from "../s3-uri.ts";
import { InferenceError, type ModelServer } from "../serving/model-server.ts";
import type { JobKind } from "./advance-jobs.ts";
import type { S3Write } from "./background-work.ts";
import { listInputObjects, readInputObject } from "./input-objects.ts";
import { clientError, JobFailure, SEE_LOGS } from "./job-failure.ts";
import type { StoredTransformJob } from "./transform-job.ts";
import { transformObject } from "./transform-records.ts";

/** Transform jobs really ask the model; each input object gets an `.out` below S3OutputPath. */
export const transformJobs: JobKind<StoredTransformJob> = {
  jobs: (state) => state.transformJobs,
  run: transform,
  eventOf: (_, job) => transformJobEvent(job),
};

async function transform(
  context: SimulatorContext,
  job: StoredTransformJob,
): Promise<readonly S3Write[]> {
  const server = await loadedServer(context, job);
  const { TransformInput, TransformOutput } = job.input;
  const objects = await listInputObjects(
    context.s3,
    TransformInput?.DataSource?.S3DataSource ?? {},
  );
  const { bucket, key } = parseS3Uri(TransformOutput?.S3OutputPath ?? "")!;
  const folder = key.replace(/\/+$/, "");
  const writes: S3Write[] = [];
  for (const object of objects) {
    const stored = await readInputObject(context.s3, object);
    const body = TransformInput?.CompressionType === "Gzip" ? gunzipSync(stored) : stored;
    const output = answerTo(job, server, Buffer.from(body).toString("utf8"));
    const path = `${folder === "" ? "" : `${folder}/`}${object.relativeKey}.out`;
    writes.push({ bucket, key: path, body: output, contentType: "application/octet-stream" });
  }
  return writes;
}

async function loadedServer(
  { models }: SimulatorContext,
  { model }: StoredTransformJob,
): Promise<ModelServer> {
  try {
    return await models.serverOf(model);
  } catch (cause) {
    throw clientError((cause as Error).message, cause);
  }
}

/** SageMaker tells the cause only in the job's log; so do we. */
function answerTo({ name, input }: StoredTransformJob, server: ModelServer, text: string): string {
  try {
    return transformObject(text, input, (request) => server.invoke(request));
  } catch (cause) {
    console.error(`SageMaker simulator: transform job ${name}:`, (cause as Error).message);
    const isServerError = cause instanceof InferenceError && cause.httpStatus >= 500;
    const family = isServerError ? "AlgorithmError" : "ClientError";
    throw new JobFailure(`${family}: ${SEE_LOGS}`, { cause });
  }
}
