import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import middy, { type MiddlewareObj } from "@middy/core";
import type { APIGatewayProxyStructuredResultV2, Context } from "aws-lambda";
import { type ApiRequest, apiRequest } from "../contracts/api-request.ts";
import { HttpProblem, problemJson } from "../contracts/http-problem.ts";
import { logError, logger } from "./handlers.ts";
import { authenticate, type Caller, limitRate } from "./label-callers.ts";

/** A request of someone known, who may send it. */
export interface KnownRequest extends ApiRequest {
  readonly caller: Caller;
}

export interface ApiAnswer {
  readonly status: 201 | 202;
  readonly content: object;
}

type Answer = APIGatewayProxyStructuredResultV2;
type Guard = MiddlewareObj<unknown, Answer>;

const NO_STORE = { "cache-control": "no-store" };

/**
 * A handler of HTTP requests that only known callers may send, each so many a minute. Whatever goes
 * wrong is answered as `application/problem+json`, and what is not the caller's fault is logged and says
 * nothing of what happened but where to look.
 */
export function httpHandler(
  work: (request: KnownRequest) => Promise<ApiAnswer>,
): (event: unknown, context: Context) => Promise<Answer> {
  const handler = middy<unknown, Answer>(async (request: unknown) => {
    const { status, content } = await work(request as KnownRequest);
    return {
      statusCode: status,
      headers: { "content-type": "application/json", ...NO_STORE },
      body: JSON.stringify(content),
    };
  })
    .use(problems())
    .use(injectLambdaContext(logger, { resetKeys: true }) as Guard)
    .use(parseRequest())
    .use(admitCaller());
  return (event, context) => handler(event, context);
}

function parseRequest(): Guard {
  return {
    before: (state) => {
      const parsed = apiRequest.safeParse(state.event);
      if (!parsed.success) {
        throw new HttpProblem(400, "not-a-request", "event: must be a request to the HTTP API");
      }
      logger.appendKeys({ correlation_id: parsed.data.requestId });
      state.event = parsed.data;
    },
  };
}

function admitCaller(): Guard {
  return {
    before: async (state) => {
      const request = state.event as ApiRequest;
      const caller = await authenticate(request);
      await limitRate(caller, request);
      state.event = { ...request, caller } satisfies KnownRequest;
    },
  };
}

function problems(): Guard {
  return {
    onError: (state) => {
      const { error, event } = state;
      const problem = error instanceof HttpProblem ? error : OUR_FAULT;
      const requestId = (event as Partial<ApiRequest> | null)?.requestId;
      if (problem === OUR_FAULT) logError(error);
      else logger.info("refused", { code: problem.code, why: problem.message });
      state.response = {
        statusCode: problem.status,
        headers: { "content-type": "application/problem+json", ...NO_STORE, ...problem.headers },
        body: problemJson(problem, requestId ?? state.context.awsRequestId),
      };
    },
  };
}

const OUR_FAULT = new HttpProblem(
  503,
  "not-available",
  "request: it could not be worked on now: send it again, with the same Idempotency-Key",
  { "retry-after": "1" },
);
