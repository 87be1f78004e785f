import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  GetFunctionConfigurationCommand,
  InvokeCommand,
  LambdaClient,
  UpdateFunctionConfigurationCommand,
} from "@aws-sdk/client-lambda";
import {
  DeleteObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { afterAll, beforeAll, expect, it } from "vitest";
import { functionNames } from "../../functions/build.ts";
import type { Account } from "../../local/account.ts";
import { httpApiUrl } from "../../local/http-api.ts";
import { definitionText } from "../shared/window/sample-definition.ts";
import { functionOf, type Packaged, packageStage, statementsOf } from "../stack/packaged.ts";
import { healOnce } from "./healed-run.ts";
import { captureFiles, trainingCsv } from "./scattered-captures.ts";
import { type HealingStage, openHealing } from "./self-healing-stage.ts";

// The local account lets every function do everything. So what the functions really ask of S3 is
// written down while they do their work, and held against their roles: the actions of other services
// are proved from the code (test/stack/rights.test.ts), but not under which keys S3 is read and written.

const BUCKET = "plumbline-local";
const recorder = fileURLToPath(new URL("record-requests.mjs", import.meta.url));

let folder: string;
let stage: HealingStage;
let account: Account;
let packaged: Packaged;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "plumbline-rights-"));
  stage = await openHealing({
    NODE_OPTIONS: `--import=${recorder}`,
    REQUEST_RECORD: join(folder, "requests.jsonl"),
  });
  process.env["PLUMBLINE_LINK_KEY_ID"] = "alias/plumbline-local-links";
  account = stage.account;
  packaged = await packageStage("local");
});
afterAll(async () => {
  await stage.close();
  for (const made of [folder, packaged.folder]) await rm(made, { recursive: true });
});

interface Request {
  readonly functionName: string;
  readonly service: string;
  readonly method: string;
  readonly path: string;
}

it("lets each function reach what it reads and writes on S3, and it reaches for no more", async () => {
  await monitorOneHour();
  await healOnce(stage, "healed");
  const requests = await readRequests();
  const used = requests.filter(({ service }) => service === "s3").map(accessOf);

  const refused = used.filter(({ name, action, arn }) => !allows(name, action, arn));
  expect(refused).toEqual([]);

  // What a role allows and a whole run never needs would be there for nothing.
  const idle = functionNames().flatMap((name) =>
    s3Rights(name)
      .filter(
        ({ action, pattern }) =>
          // ListBucket also turns a 403 for an absent object into a 404.
          action !== "s3:ListBucket" &&
          // It signs what others then put there, which is proved where they do.
          !(name === "ingest-labels" && pattern.endsWith("/label-inbox/*")) &&
          !used.some(
            (access) =>
              access.name === name && access.action === action && matches(pattern, access.arn),
          ),
      )
      .map(({ action, pattern }) => `${name} ${action} ${pattern}`),
  );
  expect(idle).toEqual([]);
});

async function readRequests(): Promise<Request[]> {
  const text = await readFile(join(folder, "requests.jsonl"), "utf8");
  return text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
}

/** A definition, an hour of changed captures with bad lines, the check, its alarm, and the end of it. */
async function monitorOneHour(): Promise<void> {
  const s3 = new S3Client({ ...client(), forcePathStyle: true });
  const put = (Key: string, Body: string) =>
    s3.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body }));
  const countOf = async (Prefix: string) =>
    (await s3.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix }))).KeyCount;
  const until = (prefix: string, count: number) =>
    expect.poll(() => countOf(prefix), { timeout: 60_000, interval: 200 }).toBe(count);

  await put("datasets/train.csv", trainingCsv(500));
  const baseline = `baseline: { dataset: s3://${BUCKET}/datasets/train.csv }`;
  const checks = "  modelQuality: { every: PT1H }\nlabels: { expectedWithin: PT1H }\n";
  const prediction = "prediction: { probability: 0, threshold: 0.5 }\n";
  const definition = definitionText({ checks, more: prediction });
  await put("monitors/churn.yml", definition.replace(/^baseline: .*$/m, baseline));
  await until("status/churn.json", 1);

  const files = captureFiles({ hour: "09", fileCount: 3, rowsPerFile: 100, seed: 5, scale: 60 });
  for (const { path, body } of files) await put(`captures/churn/${path}`, `${body}not a record\n`);
  await until("quarantine/churn/", files.length);
  await until("profiles/objects/churn/", files.length);

  await sendLabels(put, JSON.parse(files[0]!.body.split("\n")[0]!).eventMetadata.eventId);
  await until("ground-truth/churn/", 2);
  await until("quarantine/churn/_labels/", 1);

  const planned = { scheduledTime: "2026-01-15T10:25:00Z" };
  await new LambdaClient(client()).send(
    new InvokeCommand({
      FunctionName: "plumbline-local-plan-checks",
      Payload: JSON.stringify(planned),
    }),
  );
  for (const check of ["data-quality", "model-quality"]) {
    await until(`reports/churn/_all/${check}/20260115T0900Z--20260115T1000Z/r1/result.json`, 1);
  }
  await joinInPartitions();
  const hasMerged = async () =>
    (await readRequests()).some(
      ({ functionName, method, path }) =>
        functionName.endsWith("-merge-partitions") &&
        method === "PUT" &&
        path.includes("result.json"),
    );
  await expect.poll(hasMerged, { timeout: 60_000, interval: 200 }).toBe(true);

  const told = async () => {
    const requests = await readRequests();
    const name = "plumbline-local-notify-team";
    return requests.some(({ functionName, service }) => functionName === name && service === "s3");
  };
  await expect.poll(told, { timeout: 30_000 }).toBe(true);

  await s3.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: "monitors/churn.yml" }));
  await until("status/churn.json", 0);
}

const client = () => ({
  region: account.region,
  endpoint: account.endpointUrl,
  credentials: { accessKeyId: "test", secretAccessKey: "test" },
});

/** The captures again, in one window that reaches until all labels have come, too large for one function. */
async function joinInPartitions(): Promise<void> {
  const lambda = new LambdaClient(client());
  const FunctionName = "plumbline-local-plan-join";
  const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
  const Variables = { ...Environment!.Variables, PLUMBLINE_JOIN_BYTES: "20000" };
  await lambda.send(
    new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables } }),
  );
  const hourAfter = (hours: number) => {
    return `${new Date(Date.now() + hours * 3_600_000).toISOString().slice(0, 13)}:00:00Z`;
  };
  const window = { from: "2026-01-15T09:00:00Z", to: hourAfter(1), isOneWindow: true };
  const { region, accountId } = account;
  await new SFNClient(client()).send(
    new StartExecutionCommand({
      stateMachineArn: `arn:aws:states:${region}:${accountId}:stateMachine:plumbline-local-backfill`,
      input: JSON.stringify({
        ...{ endpoint: "churn", check: "model-quality", ...window },
        asOf: hourAfter(3),
      }),
    }),
  );
}

/** Labels by HTTP, and a file of them with a line that is none. */
async function sendLabels(
  put: (key: string, body: string) => Promise<unknown>,
  eventId: string,
): Promise<void> {
  const response = await fetch(`${await httpApiUrl(account)}/iam/endpoints/churn/labels`, {
    method: "POST",
    body: JSON.stringify({ labels: [{ eventId, label: 1 }] }),
    // The local account believes whoever signs; it checks no signature.
    headers: {
      "content-type": "application/json",
      authorization: "AWS4-HMAC-SHA256 Credential=test/20260115/us-east-1/execute-api/aws4_request",
    },
  });
  expect(response.status).toBe(202);
  await put("label-inbox/churn/labels.csv", "inferenceId,label\norder-2,1\norder-3,\n");
}

/** A request to S3 in the words of IAM. */
function accessOf({ functionName, method, path }: Request) {
  const url = new URL(path, "http://s3");
  const [bucket, ...rest] = decodeURIComponent(url.pathname).slice(1).split("/");
  const key = rest.join("/");
  const name = functionName.replace("plumbline-local-", "");
  const arn = `arn:aws:s3:::${bucket}${key === "" ? "" : `/${key}`}`;
  const actions: Record<string, string> = { GET: "Get", HEAD: "Get", PUT: "Put", DELETE: "Delete" };
  const action = key === "" && method === "GET" ? "s3:ListBucket" : `s3:${actions[method]}Object`;
  return { name, action, arn };
}

function s3Rights(name: string): { action: string; pattern: string }[] {
  return statementsOf(functionOf(packaged, name).role).flatMap(({ Action, Resource }) =>
    Action.filter((action) => action.startsWith("s3:")).flatMap((action) =>
      (Resource as string[]).map((pattern) => ({ action, pattern })),
    ),
  );
}

function allows(name: string, action: string, arn: string): boolean {
  return s3Rights(name).some((right) => right.action === action && matches(right.pattern, arn));
}

function matches(pattern: string, arn: string): boolean {
  return pattern.endsWith("*") ? arn.startsWith(pattern.slice(0, -1)) : arn === pattern;
}
