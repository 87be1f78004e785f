import * as z from "zod/mini";

/** A request to the HTTP API, before anyone knows who sent it. */
export interface ApiRequest {
  readonly requestId: string;
  /** Such as `POST /endpoints/{endpoint}/labels`. */
  readonly route: string;
  readonly endpoint: string;
  /** By name in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Uint8Array;
  readonly arrivedMillis: number;
  /** Whom IAM let through; null on the routes that IAM does not guard. */
  readonly iamArn: string | null;
}

export const texts = z.record(z.string(), z.optional(z.nullable(z.string())));

/** API Gateway's event of an HTTP API, payload format 2.0. */
export const apiEvent = z.looseObject({
  routeKey: z.string(),
  headers: z.optional(z.nullable(texts)),
  pathParameters: z.optional(z.nullable(texts)),
  body: z.optional(z.nullable(z.string())),
  isBase64Encoded: z.optional(z.boolean()),
  requestContext: z.looseObject({
    requestId: z.string(),
    timeEpoch: z.int().check(z.nonnegative()),
    authorizer: z.optional(
      z.nullable(
        z.looseObject({
          iam: z.optional(
            z.nullable(z.looseObject({ userArn: z.optional(z.nullable(z.string())) })),
          ),
        }),
      ),
    ),
  }),
});

export const apiRequest = z.pipe(
  apiEvent,
  z.transform(({ routeKey, headers, pathParameters, requestContext, ...event }): ApiRequest => {
    return {
      requestId: requestContext.requestId,
      route: routeKey,
      endpoint: pathParameters?.endpoint ?? "",
      headers: headersByName(headers),
      body: Buffer.from(event.body ?? "", event.isBase64Encoded ? "base64" : "utf8"),
      arrivedMillis: requestContext.timeEpoch,
      iamArn: requestContext.authorizer?.iam?.userArn || null,
    };
  }),
);

/** By name in lower case; what has no value is left out. */
export function headersByName(headers: z.infer<typeof apiEvent>["headers"]): Map<string, string> {
  return new Map(
    Object.entries(headers ?? {}).flatMap(([name, value]) =>
      typeof value === "string" ? [[name.toLowerCase(), value] as const] : [],
    ),
  );
}
