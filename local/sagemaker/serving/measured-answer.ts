import type { IncomingHttpHeaders } from "node:http";
import type { Payload } from "../capture/capture-record.ts";
import type { SimulatorContext } from "../context.ts";
import { headerOf } from "../headers.ts";
import { ServiceError } from "../service-error.ts";
import type { StoredEndpoint } from "../state.ts";
import type { Serving } from "./choose-variant.ts";
import { InferenceError, type InferenceResponse } from "./model-server.ts";

export interface MeasuredRequest {
  readonly headers: IncomingHttpHeaders;
  readonly input: Payload;
  /** When the request arrived, in monotonic microseconds. */
  readonly arrivalMicros: number;
}

/** The model's answer, counted and timed in the endpoint's metrics, also when it is an error. */
export async function measuredAnswer(
  context: SimulatorContext,
  serving: Serving,
  { headers, input, arrivalMicros }: MeasuredRequest,
): Promise<InferenceResponse> {
  const { endpoint, variant, deployment, isNewFleet } = serving;
  const server = await context.models.serverOf(variant.model);
  const startMicros = nowMicros();
  let httpStatus = 200;
  try {
    const fails = server.fails(() => context.random());
    if (fails || context.faults.strikes("failedInvocationCount", endpoint.name)) {
      throw new InferenceError(500, "the container failed on request");
    }
    return server.invoke({
      body: input.body.toString("utf8"),
      contentType: input.contentType,
      accept: headerOf(headers, "accept"),
    });
  } catch (error) {
    httpStatus = error instanceof InferenceError ? error.httpStatus : 500;
    throw modelError(context, { endpoint, variant: variant.name, status: httpStatus }, error);
  } finally {
    const endMicros = nowMicros();
    const modelMicros = endMicros - startMicros;
    context.metrics.add({
      endpoint: endpoint.name,
      variant: variant.name,
      ...(isNewFleet ? { endpointConfig: deployment.configName } : {}),
      millis: context.now(),
      httpStatus,
      modelLatencyMicros: modelMicros + server.behaviour.addedLatencyMillis * 1000,
      overheadLatencyMicros: endMicros - arrivalMicros - modelMicros,
    });
  }
}

function modelError(
  context: SimulatorContext,
  { endpoint, variant, status }: { endpoint: StoredEndpoint; variant: string; status: number },
  cause: unknown,
): ServiceError {
  const original = cause instanceof Error ? cause.message : String(cause);
  const kind = status < 500 ? "client" : "server";
  const message = `Received ${kind} error (${status}) from ${variant} with message "${original}".`;
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
