// How many labels a second are taken: by the core alone, by the handler, and by the deployed HTTP route.
import { performance } from "node:perf_hooks";
import { type Account, accountEnvironment, closeAccount, openAccount } from "../local/account.ts";
import { deploy } from "../local/deploy.ts";
import { httpApiUrl } from "../local/http-api.ts";
import { adoptStage } from "../shared/aws/functions.ts";
import { createLabelKey } from "../shared/aws/label-keys.ts";
import { writeDefinition } from "../shared/aws/monitors.ts";
import { batchOf } from "../shared/labels/intake/batch.ts";
import { readLabelRequest } from "../shared/labels/intake/label-request.ts";

const ENDPOINT = "bench-ingest";
const DEFINITION = `endpoint: ${ENDPOINT}
problem: binary-classification
capture: s3://plumbline-local/captures/${ENDPOINT}
baseline: s3://plumbline-local/baselines/${ENDPOINT}/
checks: { dataQuality: { every: PT1H } }
`;
const HEADERS: ReadonlyMap<string, string> = new Map([["content-type", "application/json"]]);

interface Load {
  readonly labelsPerRequest: number;
  readonly requests: number;
  readonly requestsAtOnce: number;
}

/** One label after the other as it becomes known, and batches as large as one request may be. */
const LOADS: readonly Load[] = [
  { labelsPerRequest: 1, requests: 200, requestsAtOnce: 1 },
  { labelsPerRequest: 1000, requests: 40, requestsAtOnce: 1 },
  { labelsPerRequest: 1000, requests: 40, requestsAtOnce: 4 },
];

export interface IngestRow extends Load {
  readonly path: "core" | "handler" | "http";
  readonly labelsPerSecond: number;
  readonly millisP50: number;
  readonly millisP99: number;
}

export interface IngestFigures {
  readonly rows: readonly IngestRow[];
}

/** Sends the body of one request, and fails unless all its labels are accepted. */
type Send = (body: string) => Promise<void> | void;

/** Measures on the local account: what AWS's part takes here says nothing of what it takes there. */
export async function benchIngest(): Promise<IngestFigures> {
  const account = await openAccount({ say: console.error });
  try {
    await deploy(account);
    return { rows: await measurePaths(account) };
  } finally {
    await closeAccount(account);
  }
}

async function measurePaths(account: Account): Promise<IngestRow[]> {
  Object.assign(process.env, accountEnvironment(account), { POWERTOOLS_LOG_LEVEL: "SILENT" });
  await adoptStage("local");
  process.env.PLUMBLINE_LABEL_REQUESTS_PER_MINUTE = "1000000";
  await writeDefinition(ENDPOINT, DEFINITION);
  const paths = [
    ["core", sendToCore],
    ["handler", await handlerSender()],
    ["http", await httpSender(account)],
  ] as const;
  const rows: IngestRow[] = [];
  const run = Date.now().toString(36);
  for (const [path, send] of paths) {
    // The first requests start processes and open connections.
    for (let warm = 0; warm < 5; warm++) await send(bodyOf(`${run}-${path}-warm-${warm}`, 1000));
    for (const [index, load] of LOADS.entries()) {
      // The core waits for nothing: two at once would only wait for each other.
      if (path === "core" && load.requestsAtOnce > 1) continue;
      rows.push({ path, ...load, ...(await measure(send, load, `${run}-${path}-${index}`)) });
    }
  }
  return rows;
}

/** The figures as a person reads them. */
export function ingestTable({ rows }: IngestFigures): string {
  const lines = rows.map(({ path, labelsPerRequest, requestsAtOnce, ...row }) =>
    [
      path.padEnd(9),
      String(labelsPerRequest).padStart(8),
      String(requestsAtOnce).padStart(8),
      row.labelsPerSecond.toFixed(0).padStart(12),
      row.millisP50.toFixed(2).padStart(9),
      row.millisP99.toFixed(2).padStart(9),
    ].join(""),
  );
  return ["path      labels/req at once    labels/s   p50 ms   p99 ms", ...lines].join("\n");
}

async function measure(send: Send, load: Load, name: string) {
  const bodies = Array.from({ length: load.requests }, (_, request) =>
    bodyOf(`${name}-${request}`, load.labelsPerRequest),
  );
  const millis: number[] = [];
  const start = performance.now();
  const sendOn = async (): Promise<void> => {
    for (let body = bodies.pop(); body !== undefined; body = bodies.pop()) {
      const begin = performance.now();
      await send(body);
      millis.push(performance.now() - begin);
    }
  };
  await Promise.all(Array.from({ length: load.requestsAtOnce }, sendOn));
  const seconds = (performance.now() - start) / 1000;
  return {
    labelsPerSecond: (load.requests * load.labelsPerRequest) / seconds,
    millisP50: quantileOf(millis, 0.5),
    millisP99: quantileOf(millis, 0.99),
  };
}

const sendToCore: Send = (body) => {
  const entries = readLabelRequest({ headers: HEADERS, body: Buffer.from(body) });
  const rules = { problem: "binary-classification", arrivedMillis: Date.now() } as const;
  const { labels } = batchOf(entries, rules);
  if (labels.length !== entries.length) throw new Error("not all labels were accepted");
};

async function handlerSender(): Promise<Send> {
  // Only now: its logger looks at the environment when it is loaded.
  const { handler } = await import("../functions/ingest-labels/handler.ts");
  const context = { awsRequestId: "bench", functionName: "bench" } as never;
  return async (body) => {
    const event = {
      routeKey: "POST /iam/endpoints/{endpoint}/labels",
      headers: Object.fromEntries(HEADERS),
      pathParameters: { endpoint: ENDPOINT },
      requestContext: {
        requestId: "bench",
        timeEpoch: Date.now(),
        authorizer: { iam: { userArn: "arn:aws:iam::000000000000:user/bench" } },
      },
      body,
    };
    const { statusCode, body: answer } = await handler(event, context);
    requireAccepted(statusCode ?? 0, answer ?? "", body);
  };
}

async function httpSender(account: Account): Promise<Send> {
  const wanted = { endpoints: [ENDPOINT], name: "bench", validUntil: null, requestsPerMinute: 1e6 };
  const { text: key } = await createLabelKey(wanted, new Date().toISOString());
  const url = `${await httpApiUrl(account)}/endpoints/${ENDPOINT}/labels`;
  const headers = { ...Object.fromEntries(HEADERS), authorization: `Bearer ${key}` };
  return async (body) => {
    const response = await fetch(url, { method: "POST", body, headers });
    requireAccepted(response.status, await response.text(), body);
  };
}

function requireAccepted(status: number, answer: string, body: string): void {
  const sentCount = JSON.parse(body).labels.length;
  if (status === 202 && JSON.parse(answer).accepted === sentCount) return;
  throw new Error(`answer ${status}: ${answer}: all ${sentCount} labels must be accepted`);
}

function bodyOf(name: string, count: number): string {
  const labels = Array.from({ length: count }, (_, index) => ({
    inferenceId: `${name}-${index}`,
    label: index % 2,
    labelTime: "2026-01-15T10:00:00Z",
  }));
  return JSON.stringify({ labels });
}

function quantileOf(values: readonly number[], fraction: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(fraction * sorted.length))]!;
}
