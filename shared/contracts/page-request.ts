import * as z from "zod/mini";
import { apiEvent, headersByName, texts } from "./api-request.ts";

/** A browser's request for a page about one question. */
export interface PageRequest {
  readonly requestId: string;
  readonly method: string;
  /** From the path. */
  readonly id: string;
  readonly query: ReadonlyMap<string, string>;
  /** By name in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly cookies: ReadonlyMap<string, string>;
  readonly body: string;
  readonly arrivedMillis: number;
}

const pageEvent = z.intersection(
  apiEvent,
  z.looseObject({
    cookies: z.optional(z.nullable(z.array(z.string()))),
    queryStringParameters: z.optional(z.nullable(texts)),
  }),
);

export const pageRequest = z.pipe(
  pageEvent,
  z.transform((event): PageRequest => {
    const { routeKey, pathParameters, requestContext, body, isBase64Encoded } = event;
    const headers = headersByName(event.headers);
    return {
      requestId: requestContext.requestId,
      method: routeKey.split(" ")[0] ?? "",
      id: pathParameters?.["id"] ?? "",
      query: new Map(
        Object.entries(event.queryStringParameters ?? {}).map(([name, value]) => [
          name,
          value ?? "",
        ]),
      ),
      headers,
      cookies: cookiesByName([...(event.cookies ?? []), headers.get("cookie") ?? ""]),
      body: Buffer.from(body ?? "", isBase64Encoded ? "base64" : "utf8").toString("utf8"),
      arrivedMillis: requestContext.timeEpoch,
    };
  }),
);

/** API Gateway lists cookies; others leave them in their header. */
function cookiesByName(texts: readonly string[]): Map<string, string> {
  return new Map(
    texts
      .flatMap((text) => text.split(";"))
      .map((pair) => pair.trim().split("=", 2))
      .flatMap(([name = "", value]) => (value === undefined ? [] : [[name, value] as const])),
  );
}
