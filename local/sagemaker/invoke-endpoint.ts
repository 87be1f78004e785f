import { randomUUID } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { captureRecord, type Payload } from "./capture/capture-record.ts";
import type { SimulatorContext } from "./context.ts";
import { ServiceError, validationError } from "./service-error.ts";
import { InferenceError, type InferenceResponse } from "./serving/model-server.ts";
import type { Deployment, LiveVariant, StoredEndpoint } from "./state.ts";

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

/** InvokeEndpoint: choose a variant, ask its model, capture, measure. */
export async function invokeEndpoint(
  context: SimulatorContext,
  invocation: Invocation,
): Promise<Answer> {
  const { endpointName, headers, body } = invocation;
  const inferenceMillis = inferenceTimeOf(context, headers);
  const inferenceId = headerOf(headers, "x-amzn-sagemaker-inference-id");
  if ((inferenceId?.length ?? 0) > INFERENCE_ID_LENGTH_MAX) {
    throw validationError(`InferenceId must be at most ${INFERENCE_ID_LENGTH_MAX} characters.`);
  }
  if (body.length > BODY_BYTES_MAX) {
    throw validationError(`Body must be at most ${BODY_BYTES_MAX} bytes.`);
  }
  const { endpoint, deployment } = servingEndpoint(context, endpointName);
  const variant = chooseVariant(context, deployment, headers);
  const input: Payload = { contentType: headers["content-type"] ?? "text/csv", body };
  const response = await measured(context, invocation, { endpoint, variant }, input);
  const output = { contentType: response.contentType, body: Buffer.from(response.body) };

  const config = deployment.dataCapture;
  if (config?.EnableCapture && context.random() * 100 < (config.InitialSamplingPercentage ?? 0)) {
    const customAttributes = headerOf(headers, "x-amzn-sagemaker-custom-attributes");
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
  return { variant: variant.name, ...output };
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

function servingEndpoint(context: SimulatorContext, name: string) {
  const endpoint = context.state.endpoints.get(name);
  const deployment = endpoint?.deployment;
  const serves = endpoint?.status === "InService" && endpoint.transition?.kind !== "delete";
  if (endpoint === undefined || deployment === undefined || !serves) {
    throw validationError(`Endpoint ${name} of account ${context.accountId} not found.`);
  }
  return { endpoint, deployment };
}

/** TargetVariant overrides the weights; they are shares of their sum, not of 1. */
function chooseVariant(
  context: SimulatorContext,
  { variants }: Deployment,
  headers: IncomingHttpHeaders,
): LiveVariant {
  const target = headerOf(headers, "x-amzn-sagemaker-target-variant");
  if (target !== undefined) {
    const found = variants.find(({ name }) => name === target);
    if (found === undefined) throw validationError(`Variant ${target} not found for Request`);
    return found;
  }
  const total = variants.reduce((sum, { currentWeight }) => sum + currentWeight, 0);
  let left = context.random() * total;
  for (const variant of variants) {
    if (variant.currentWeight > 0 && left < variant.currentWeight) return variant;
    left -= variant.currentWeight;
  }
  throw validationError("No production variant has a weight above 0.");
}

async function measured(
  context: SimulatorContext,
  invocation: Invocation,
  place: { endpoint: StoredEndpoint; variant: LiveVariant },
  input: Payload,
): Promise<InferenceResponse> {
  const server = await context.models.serverOf(place.variant.model);
  const startMicros = nowMicros();
  let httpStatus = 200;
  try {
    const { errorFraction } = server.behaviour;
    const fails = errorFraction > 0 && context.random() < errorFraction;
    if (fails || context.faults.strikes("failedInvocationCount")) {
      throw new InferenceError(500, "the container failed on request");
    }
    return server.invoke({
      body: input.body.toString("utf8"),
      contentType: input.contentType,
      accept: headerOf(invocation.headers, "accept"),
    });
  } catch (error) {
    httpStatus = error instanceof InferenceError ? error.httpStatus : 500;
    throw modelError(context, place, httpStatus, error);
  } finally {
    const endMicros = nowMicros();
    const modelMicros = endMicros - startMicros;
    context.metrics.add({
      endpoint: place.endpoint.name,
      variant: place.variant.name,
      millis: context.now(),
      httpStatus,
      modelLatencyMicros: modelMicros + server.behaviour.addedLatencyMillis * 1000,
      overheadLatencyMicros: endMicros - invocation.arrivalMicros - modelMicros,
    });
  }
}

function modelError(
  context: SimulatorContext,
  { endpoint, variant }: { endpoint: StoredEndpoint; variant: LiveVariant },
  status: number,
  cause: unknown,
): ServiceError {
  const original = cause instanceof Error ? cause.message : String(cause);
  const kind = status < 500 ? "client" : "server";
  const message = `Received ${kind} error (${status}) from ${variant.name} with message "${original}".`;
  const group = `/aws/sagemaker/Endpoints/${endpoint.name}`;
  return new ServiceError("ModelError", message, {
    httpStatus: 424,
    members: {
      OriginalStatusCode: status,
      OriginalMessage: original,
      LogStreamArn: `arn:aws:logs:${context.region}:${context.accountId}:log-group:${group}`,
    },
  });
}

export function nowMicros(): number {
  return Number(process.hrtime.bigint() / 1000n);
}

function headerOf(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value.join(",") : value;
}
