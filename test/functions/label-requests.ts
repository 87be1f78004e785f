import type { Context } from "aws-lambda";
import { handler } from "../../functions/ingest-labels/handler.ts";
import { keyText, secretSha256 } from "../../shared/contracts/label-key.ts";
import type { MemoryAccount } from "./memory-account.ts";

export const ARRIVED_MILLIS = Date.UTC(2026, 0, 15, 10, 24, 2);
export const LABELS_ROUTE = "POST /endpoints/{endpoint}/labels";
export const UPLOADS_ROUTE = "POST /endpoints/{endpoint}/label-uploads";

const context = { awsRequestId: "invocation-1", functionName: "ingest-labels" } as Context;

/** Makes an endpoint monitored. */
export function monitor(account: MemoryAccount, endpoint: string, problem: string): void {
  const text = `endpoint: ${endpoint}
problem: ${problem}
capture: s3://bucket/captures/${endpoint}
baseline: s3://bucket/baselines/${endpoint}/
checks: { dataQuality: { every: PT1H } }
`;
  account.objects.set(`monitors/${endpoint}.yml`, text);
}

/** Makes a key, and gives back its text. */
export function makeKey(
  account: MemoryAccount,
  keyId: string,
  attributes: { endpoints: readonly string[]; [name: string]: unknown },
): string {
  const secret = keyId.repeat(3).slice(0, 43);
  const stored = {
    secretSha256: secretSha256(secret),
    name: "",
    createdAt: "2026-01-01T00:00:00Z",
  };
  const item = { validUntil: null, requestsPerMinute: null, ...stored, ...attributes };
  account.items.set(`label-keys ${keyId}`, { pk: "label-keys", sk: keyId, ...item });
  return keyText({ keyId, secret });
}

export interface Request {
  readonly endpoint?: string;
  readonly route?: string;
  readonly key?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly atMillis?: number;
  readonly iamArn?: string;
}

export function eventOf(request: Request) {
  const { endpoint = "churn", route = LABELS_ROUTE, key, body = "" } = request;
  const { headers, atMillis = ARRIVED_MILLIS, iamArn } = request;
  return {
    version: "2.0",
    routeKey: route,
    headers: {
      "content-type": "application/json",
      ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      ...headers,
    },
    pathParameters: { endpoint },
    requestContext: {
      requestId: "request-1",
      timeEpoch: atMillis,
      ...(iamArn === undefined ? {} : { authorizer: { iam: { userArn: iamArn } } }),
    },
    body,
    isBase64Encoded: false,
  };
}

export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  // biome-ignore lint/suspicious/noExplicitAny: what the handler answers is what the tests look at.
  readonly content: any;
  readonly text: string;
}

/** Hands an event to the function as it is deployed, but for the bundling. */
export async function answer(event: unknown): Promise<Answered> {
  const { statusCode, headers, body } = await handler(event, context);
  const text = body ?? "";
  return { status: statusCode!, headers: headers ?? {}, content: JSON.parse(text), text };
}

export const send = (request: Request): Promise<Answered> => answer(eventOf(request));

export const labelsBody = (labels: readonly object[]): string => JSON.stringify({ labels });
