import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface FaultServer {
  readonly url: string;
  readonly close: () => Promise<void>;
}

interface Refusal {
  readonly code: string;
  readonly status: number;
  readonly message: string;
}

const REFUSALS: Readonly<Record<string, Refusal>> = {
  throttles: { code: "ThrottlingException", status: 400, message: "Rate exceeded" },
  fails: { code: "AccessDeniedException", status: 400, message: "not authorized to do this" },
};

/** Answers each call that is sent here, instead of to its service, with the refusal its header names. */
export async function startFaultServer(): Promise<FaultServer> {
  const server: Server = createServer((request, response) => {
    request.resume().once("end", () => refuse(request, response));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

function refuse({ headers }: IncomingMessage, response: ServerResponse): void {
  const { code, status, message } = REFUSALS[String(headers["x-crash-fault"])]!;
  const service = /\/([a-z0-9-]+)\/aws4_request/.exec(headers.authorization ?? "")?.[1];
  if (service === "s3") {
    const name = code === "ThrottlingException" ? "SlowDown" : "AccessDenied";
    response.writeHead(name === "SlowDown" ? 503 : 403, { "content-type": "application/xml" });
    response.end(`<Error><Code>${name}</Code><Message>${message}</Message></Error>`);
    return;
  }
  if (headers["smithy-protocol"] === "rpc-v2-cbor") {
    const type = { "smithy-protocol": "rpc-v2-cbor", "content-type": "application/cbor" };
    response.writeHead(status, type);
    response.end(cborOf({ __type: code, message }));
    return;
  }
  const type = { "content-type": "application/x-amz-json-1.1", "x-amzn-errortype": code };
  response.writeHead(status, type);
  response.end(JSON.stringify({ __type: code, message }));
}

/** A map of few short texts, which is all that such a refusal is. */
function cborOf(texts: Readonly<Record<string, string>>): Buffer {
  const entries = Object.entries(texts);
  const text = (value: string): Buffer => {
    const bytes = Buffer.from(value);
    return Buffer.concat([Buffer.from([0x78, bytes.length]), bytes]);
  };
  return Buffer.concat([
    Buffer.from([0xa0 + entries.length]),
    ...entries.flatMap(([name, value]) => [text(name), text(value)]),
  ]);
}
