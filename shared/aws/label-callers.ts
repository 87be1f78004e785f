import type { ApiRequest } from "../contracts/api-request.ts";
import { HttpProblem } from "../contracts/http-problem.ts";
import { isInForce, isSecretOf, presentedKey } from "../contracts/label-key.ts";
import { readLabelKey } from "./label-keys.ts";
import { countRequest } from "./label-limits.ts";
import { stageCount } from "./stage.ts";

/** Who sent a request, and what they may do. */
export interface Caller {
  /** Of the key, or the ARN that IAM knows them by. */
  readonly callerId: string;
  /** null when IAM decided about the endpoint, by the request's path. */
  readonly endpoints: readonly string[] | null;
  /** null for the stage's own limit. */
  readonly requestsPerMinute: number | null;
}

const IAM_ROUTE = /^[A-Z]+ \/iam\//;

/**
 * Finds out who sent a request, and that they may send it to this endpoint.
 *
 * @throws HttpProblem 401 or 403
 */
export async function authenticate(request: ApiRequest): Promise<Caller> {
  const caller = IAM_ROUTE.test(request.route) ? iamCaller(request) : await keyHolder(request);
  if (caller.endpoints?.includes(request.endpoint) ?? true) return caller;
  // Whether there is such an endpoint is not theirs to know.
  throw new HttpProblem(
    403,
    "key-of-other-endpoint",
    `key ${caller.callerId}: must be made for this endpoint`,
  );
}

/** @throws HttpProblem 429 */
export async function limitRate(caller: Caller, request: ApiRequest): Promise<void> {
  const limit = caller.requestsPerMinute ?? stageCount("labelRequestsPerMinute");
  const seconds = await countRequest(caller.callerId, limit, request.arrivedMillis);
  if (seconds === null) return;
  throw new HttpProblem(
    429,
    "too-many-requests",
    `key ${caller.callerId}: over ${limit} requests a minute: must wait ${seconds} s`,
    { "retry-after": String(seconds) },
  );
}

function iamCaller({ iamArn }: ApiRequest): Caller {
  if (iamArn !== null) return { callerId: iamArn, endpoints: null, requestsPerMinute: null };
  throw new HttpProblem(401, "not-signed", "request: nobody known to IAM: must be signed");
}

async function keyHolder({ headers, arrivedMillis }: ApiRequest): Promise<Caller> {
  const presented = presentedKey(headers.get("authorization"));
  if (presented === null) {
    throw unauthorized("no-key", "Authorization: must be Bearer with a key of this stage");
  }
  const { keyId, secret } = presented;
  const key = await readLabelKey(keyId);
  // One answer for all: it says nothing about which keys there are.
  if (!isSecretOf(secret, key) || !isInForce(key!, arrivedMillis)) {
    throw unauthorized("invalid-key", "Authorization: the key: must be known and in force");
  }
  const { endpoints, requestsPerMinute } = key!;
  return { callerId: keyId, endpoints, requestsPerMinute };
}

function unauthorized(code: string, message: string): HttpProblem {
  return new HttpProblem(401, code, message, { "www-authenticate": 'Bearer realm="plumbline"' });
}
