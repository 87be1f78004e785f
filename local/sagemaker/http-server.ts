import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { type AdminRoutes, isAdminPath, runAdmin } from "./admin.ts";
import type { SimulatorContext } from "./context.ts";
import { invokeEndpoint } from "./invoke-endpoint.ts";
import { OPERATIONS } from "./operations.ts";
import { ServiceError } from "./service-error.ts";
import { nowMicros } from "./serving/measured-answer.ts";
import { settle } from "./settle.ts";
import { settleEndpoints } from "./transitions.ts";

const READING = /^(?:Describe|List)/;
const INVOCATIONS = /^\/endpoints\/([^/]+)\/invocations$/;

interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | string;
}

/** The three faces of the simulator on one port: control plane, runtime, and its own switches. */
export function createHttpServer(context: SimulatorContext, admin: AdminRoutes): Server {
  return createServer((request, response) => {
    reply(context, admin, request)
      .catch((error) => errorReply(request, error))
      .then((answer) => send(response, answer));
  });
}

async function reply(
  context: SimulatorContext,
  admin: AdminRoutes,
  request: IncomingMessage,
): Promise<Reply> {
  const arrivalMicros = nowMicros();
  const path = new URL(request.url ?? "/", "http://localhost").pathname;
  const body = await bodyOf(request);
  if (isAdminPath(path)) return jsonReply(200, await runAdmin(admin, request, path, body));
  const endpointName = INVOCATIONS.exec(path)?.[1];
  if (endpointName === undefined) {
    await settle(context);
    return jsonReply(200, await callOperation(context, request, body));
  }
  await settleEndpoints(context);
  const answer = await invokeEndpoint(context, {
    endpointName: decodeURIComponent(endpointName),
    headers: request.headers,
    body,
    arrivalMicros,
  });
  return {
    status: 200,
    headers: {
      "content-type": answer.contentType,
      "x-amzn-invoked-production-variant": answer.variant,
    },
    body: answer.body,
  };
}

async function callOperation(
  context: SimulatorContext,
  request: IncomingMessage,
  body: Buffer,
): Promise<object> {
  const target = String(request.headers["x-amz-target"]);
  const name = target.split(".")[1] ?? "";
  const operation = OPERATIONS.get(target);
  if (operation === undefined) {
    const message = `The simulator does not offer the operation "${name}".`;
    throw new ServiceError("UnknownOperationException", message, { httpStatus: 404 });
  }
  const { faults } = context;
  const throttled = faults.settings.throttledOperations.includes(name);
  if (throttled || faults.strikes("throttledCallCount")) {
    throw new ServiceError("ThrottlingException", "Rate exceeded");
  }
  const output = await operation(context, parseInput(body) as never);
  if (!READING.test(name)) context.state.save();
  return output;
}

function parseInput(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    throw new ServiceError("SerializationException", "The request body is not JSON.");
  }
}

function errorReply(request: IncomingMessage, error: unknown): Reply {
  const known = error instanceof ServiceError ? error : unexpected(request, error);
  // The control plane's SDK reads the body, the runtime's the header.
  const body = { __type: known.type, Message: known.message, message: known.message };
  const reply = jsonReply(known.httpStatus, { ...body, ...known.members });
  return { ...reply, headers: { ...reply.headers, "x-amzn-errortype": known.type } };
}

function unexpected(request: IncomingMessage, error: unknown): ServiceError {
  console.error(`SageMaker simulator: ${request.method} ${request.url}:`, error);
  const message = error instanceof Error ? error.message : String(error);
  return new ServiceError("InternalFailure", message, { httpStatus: 500 });
}

function jsonReply(status: number, body: object): Reply {
  const headers = { "content-type": "application/x-amz-json-1.1" };
  return { status, headers, body: JSON.stringify(body) };
}

function send(response: ServerResponse, { status, headers, body }: Reply): void {
  response.writeHead(status, { ...headers, "content-length": Buffer.byteLength(body) }).end(body);
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}
