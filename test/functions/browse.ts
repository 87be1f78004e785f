import type { APIGatewayProxyStructuredResultV2 } from "aws-lambda";

type Handler = (event: unknown, context: never) => Promise<unknown>;

const CONTEXT = { awsRequestId: "request", functionName: "function" } as never;

export interface Visit {
  readonly at: string;
  /** As they were set; absent: none. */
  readonly cookies?: readonly string[];
  /** Of a form that is sent. */
  readonly form?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Seen {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly cookies: readonly string[];
  readonly markup: string;
  /** The form's hidden fields. */
  readonly fields: Readonly<Record<string, string>>;
}

/** What a browser gets that opens a link, or sends its form, through the HTTP API. */
export async function browse(handler: Handler, link: string, visit: Visit): Promise<Seen> {
  const url = new URL(link);
  const [, folder, id] = url.pathname.split("/");
  const method = visit.form === undefined ? "GET" : "POST";
  const answer = (await handler(
    {
      version: "2.0",
      routeKey: `${method} /${folder}/{id}`,
      rawPath: url.pathname,
      rawQueryString: url.search.slice(1),
      headers: { host: url.host, ...visit.headers },
      ...(visit.cookies === undefined ? {} : { cookies: visit.cookies }),
      queryStringParameters: Object.fromEntries(url.searchParams),
      pathParameters: { id },
      requestContext: { requestId: "r1", timeEpoch: Date.parse(visit.at) },
      ...(visit.form === undefined
        ? {}
        : {
            body: Buffer.from(new URLSearchParams(visit.form).toString()).toString("base64"),
            isBase64Encoded: true,
          }),
    },
    CONTEXT,
  )) as APIGatewayProxyStructuredResultV2;
  const markup = answer.body ?? "";
  const hidden = markup.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)">/g);
  return {
    status: answer.statusCode!,
    headers: answer.headers as Record<string, string>,
    cookies: (answer.cookies ?? []).map((cookie) => cookie.split(";")[0]!),
    markup,
    fields: Object.fromEntries([...hidden].map(([, name, value]) => [name!, value!])),
  };
}
