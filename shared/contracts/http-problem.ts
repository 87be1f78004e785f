import { MonitoringError } from "./monitoring-error.ts";

const TITLES = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  409: "Conflict",
  413: "Content Too Large",
  415: "Unsupported Media Type",
  429: "Too Many Requests",
  503: "Service Unavailable",
} as const;

export type ProblemStatus = keyof typeof TITLES;

/** A request that is not done, and what its sender can do about it. */
export class HttpProblem extends MonitoringError {
  readonly status: ProblemStatus;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: ProblemStatus,
    code: string,
    message: string,
    headers: Readonly<Record<string, string>> = {},
  ) {
    super(code, message);
    this.status = status;
    this.headers = headers;
  }
}

/** RFC 9457 `application/problem+json`; `instance` finds the request in the logs. */
export function problemJson(problem: HttpProblem, requestId: string): string {
  return JSON.stringify({
    type: `urn:plumbline:problem:${problem.code}`,
    title: TITLES[problem.status],
    status: problem.status,
    detail: problem.message,
    instance: `urn:plumbline:request:${requestId}`,
  });
}
