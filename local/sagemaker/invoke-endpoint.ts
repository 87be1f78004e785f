import { randomUUID } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { captureRecord, type Payload } from "./capture/capture-record.ts";
import type { SimulatorContext } from "./context.ts";
import { headerOf } from "./headers.ts";
import { validationError } from "./service-error.ts";
import { chooseServing, chooseShadow, type Serving } from "./serving/choose-variant.ts";
import { measuredAnswer } from "./serving/measured-answer.ts";

/** Only the simulator knows this header: the time at which the inference is to have happened. */
export const INFERENCE_TIME_HEADER = "x-plumbline-inference-time";

const INFERENCE_ID_LENGTH_MAX = 64;
const BODY_BYTES_MAX = 6_291_456;

export interface Invocation {
  readonly endpointName: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** When the request arrived, in monotonic microseconds. */
  readonly arrivalMicros: number;
}

export interface Answer {
  readonly variant: string;
  readonly contentType: string;
  readonly body: Buffer;
}

interface Request extends Invocation {
  readonly inferenceMillis: number;
  readonly inferenceId: string | undefined;
  readonly input: Payload;
}

/** InvokeEndpoint: choose a variant, ask its model, capture, measure; and a shadow the same, unheard. */
export async function invokeEndpoint(
  context: SimulatorContext,
  invocation: Invocation,
): Promise<Answer> {
  const request = requestOf(context, invocation);
  const serving = chooseServing(context, invocation.endpointName, invocation.headers);
  const shadow = chooseShadow(context, serving);
  const copied =
    shadow === undefined ? undefined : answered(context, { ...serving, variant: shadow }, request);
  // Whatever becomes of the copy, the caller never learns of it.
  const unheard = copied?.catch(() => undefined);
  try {
    return await answered(context, serving, request);
  } finally {
    await unheard;
  }
}

function requestOf(context: SimulatorContext, invocation: Invocation): Request {
  const { headers, body } = invocation;
  const inferenceMillis = inferenceTimeOf(context, headers);
  const inferenceId = headerOf(headers, "x-amzn-sagemaker-inference-id");
  if ((inferenceId?.length ?? 0) > INFERENCE_ID_LENGTH_MAX) {
    throw validationError(`InferenceId must be at most ${INFERENCE_ID_LENGTH_MAX} characters.`);
  }
  if (body.length > BODY_BYTES_MAX) {
    throw validationError(`Body must be at most ${BODY_BYTES_MAX} bytes.`);
  }
  const input = { contentType: headers["content-type"] ?? "text/csv", body };
  return { ...invocation, inferenceMillis, inferenceId, input };
}

function inferenceTimeOf(context: SimulatorContext, headers: IncomingHttpHeaders): number {
  const given = headerOf(headers, INFERENCE_TIME_HEADER);
  if (given === undefined) return context.now();
  const millis = Date.parse(given);
  if (Number.isNaN(millis)) {
    throw validationError(`${INFERENCE_TIME_HEADER} "${given}" is not an ISO 8601 time.`);
  }
  return millis;
}

async function answered(
  context: SimulatorContext,
  serving: Serving,
  request: Request,
): Promise<Answer> {
  const response = await measuredAnswer(context, serving, request);
  const output = { contentType: response.contentType, body: Buffer.from(response.body) };
  capture(context, serving, { ...request, output });
  return { variant: serving.variant.name, ...output };
}

function capture(
  context: SimulatorContext,
  { endpoint, deployment, variant }: Serving,
  inference: Request & { readonly output: Payload },
): void {
  const config = deployment.dataCapture;
  if (!config?.EnableCapture) return;
  if (context.random() * 100 >= (config.InitialSamplingPercentage ?? 0)) return;
  const { inferenceMillis, inferenceId, input, output } = inference;
  const customAttributes = headerOf(inference.headers, "x-amzn-sagemaker-custom-attributes");
  const record = captureRecord(
    {
      eventId: randomUUID(),
      inferenceMillis,
      ...(inferenceId === undefined ? {} : { inferenceId }),
      ...(customAttributes === undefined ? {} : { customAttributes }),
      input,
      output,
    },
    config,
  );
  const destination = config.DestinationS3Uri!;
  const place = { destination, endpoint: endpoint.name, variant: variant.name };
  context.captures.add({ ...place, inferenceMillis, record });
}
