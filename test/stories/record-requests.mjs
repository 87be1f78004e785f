// Loaded before a function's code: writes down every request that it makes, and for which function.

import { subscribe } from "node:diagnostics_channel";
import { appendFileSync } from "node:fs";

const { REQUEST_RECORD: record, AWS_LAMBDA_FUNCTION_NAME: functionName } = process.env;
if (record && functionName) {
  subscribe("http.client.request.start", ({ request }) => {
    const service = /\/([a-z0-9-]+)\/aws4_request/.exec(
      request.getHeader("authorization") ?? "",
    )?.[1];
    const line = { functionName, service, method: request.method, path: request.path };
    appendFileSync(record, `${JSON.stringify(line)}\n`);
  });
}
