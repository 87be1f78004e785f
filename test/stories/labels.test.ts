import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { CloudWatchClient, DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  type Account,
  accountEnvironment,
  closeAccount,
  environmentOn,
  openAccount,
} from "../../local/account.ts";
import { deploy } from "../../local/deploy.ts";
import { httpApiUrl } from "../../local/http-api.ts";
import { adoptStage } from "../../shared/aws/functions.ts";
import { readLabelledHours } from "../../shared/aws/label-hours.ts";
import { readStatus, writeDefinition } from "../../shared/aws/monitors.ts";
import { writeObject } from "../../shared/aws/objects.ts";
import { definitionText } from "../shared/window/sample-definition.ts";
import { readAll } from "./stage.ts";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../..", import.meta.url));
const bucket = "plumbline-local";

let account: Account;
let folder: string;
let url: string;
let endpoint = "";
let endpointCount = 0;
let key = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "plumbline-labels-"));
  account = await openAccount({ folder });
  await deploy(account);
  Object.assign(process.env, accountEnvironment(account));
  await adoptStage("local");
  url = await httpApiUrl(account);
});
afterAll(async () => {
  await closeAccount(account);
  await rm(folder, { recursive: true });
});
beforeEach(async () => {
  endpoint = `churn-${++endpointCount}`;
  await writeDefinition(endpoint, definitionText({ endpoint }));
  ({ key } = await plumbline("keys", "create", endpoint, "--name=story"));
});

/** The command line as a user has it. */
async function plumbline(...args: string[]) {
  const program = join(root, "cli", "plumbline.js");
  const options = ["--json", `--endpoint-url=${account.endpointUrl}`];
  const { stdout } = await run(process.execPath, [program, ...args, ...options], {
    env: environmentOn(account),
  });
  return JSON.parse(stdout);
}

async function post(path: string, content: object, headers: Record<string, string> = {}) {
  const response = await fetch(`${url}${path}`, {
    method: "POST",
    body: JSON.stringify(content),
    headers: {
      "content-type": "application/json",
      authorization: `Bearer ${key}`,
      ...headers,
    },
  });
  return { status: response.status, content: JSON.parse(await response.text()) };
}

/** Ids and labels of all that is accepted, in order. */
async function accepted(): Promise<string[]> {
  const texts = Object.values(await readAll(bucket, `ground-truth/${endpoint}/`));
  const lines = texts.flatMap((text) => text.trim().split("\n"));
  return lines
    .map((line) => JSON.parse(line))
    .map(({ eventMetadata, groundTruthData }) => `${eventMetadata.eventId}=${groundTruthData.data}`)
    .sort();
}

const eventually = (read: () => Promise<unknown>) =>
  expect.poll(read, { timeout: 30_000, interval: 200 });
const labels = (...names: string[]) => names.map((inferenceId) => ({ inferenceId, label: 1 }));

describe("labels by HTTP", () => {
  it("are taken once by the deployed function, whoever sends them", async () => {
    const first = await post(`/endpoints/${endpoint}/labels`, { labels: labels("a", "b", "a") });
    expect(first).toMatchObject({ status: 202, content: { accepted: 2, duplicate: 1 } });
    const signed = "AWS4-HMAC-SHA256 Credential=test/20260115/us-east-1/execute-api/aws4_request";
    const second = await post(
      `/iam/endpoints/${endpoint}/labels`,
      { labels: labels("b", "c") },
      { authorization: signed },
    );
    expect(second).toMatchObject({ status: 202, content: { accepted: 1, duplicate: 1 } });
    expect(await accepted()).toEqual(["a=1", "b=1", "c=1"]);
    const [hour, ...others] = await readLabelledHours(endpoint, 0);
    expect(others).toEqual([]);
    expect(hour).toMatchObject({ writeCount: 2, acceptedCount: 3, duplicateCount: 2 });
  });

  it("are taken once of twenty requests at a time under one name", async () => {
    const names = Array.from({ length: 150 }, (_, index) => `order-${index}`);
    const send = () =>
      post(
        `/endpoints/${endpoint}/labels`,
        { labels: labels(...names) },
        { "idempotency-key": "nightly" },
      );
    const answers = await Promise.all(Array.from({ length: 20 }, send));
    for (const answer of answers) {
      expect(answer).toMatchObject({ status: 202, content: { accepted: 150, duplicate: 0 } });
    }
    expect(await accepted()).toHaveLength(150);
    const other = { labels: labels("another") };
    const reused = await post(`/endpoints/${endpoint}/labels`, other, {
      "idempotency-key": "nightly",
    });
    expect(reused.status).toBe(409);
  });

  it("need a key that the command line made, until it is revoked", async () => {
    const path = `/endpoints/${endpoint}/labels`;
    expect((await post("/endpoints/churn/labels", { labels: labels("a") })).status).toBe(403);
    expect((await post(path, { labels: labels("a") })).status).toBe(202);
    const listed = await plumbline("keys", "list");
    const own = listed.find((each: { endpoints: string[] }) => each.endpoints.includes(endpoint));
    expect(own).toMatchObject({ name: "story", inForce: true });
    expect(JSON.stringify(listed)).not.toContain(key.split("_")[2]);
    const revoked = await plumbline("keys", "revoke", own.keyId);
    expect(revoked).toMatchObject({ inForce: false });
    expect((await post(path, { labels: labels("b") })).status).toBe(401);
    expect(await plumbline("keys", "revoke", own.keyId)).toEqual(revoked);
  });

  it("meet the limit of their key", async () => {
    const limited = await plumbline("keys", "create", endpoint, "--requests-per-minute=3");
    const authorization = `Bearer ${limited.key}`;
    const statuses = [];
    for (let count = 0; count < 8; count++) {
      const path = `/endpoints/${endpoint}/labels`;
      statuses.push((await post(path, { labels: labels("a") }, { authorization })).status);
    }
    // A new minute may have begun in between.
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThanOrEqual(2);
    expect(statuses.filter((status) => status === 202).length).toBeGreaterThanOrEqual(3);
  });
});

describe("files of labels", () => {
  const jsonl = (...names: string[]) =>
    labels(...names)
      .map((label) => `${JSON.stringify(label)}\n`)
      .join("");

  it("are imported when they were put where the HTTP route said, and not written over", async () => {
    const wanted = await post(`/endpoints/${endpoint}/label-uploads`, { format: "jsonl.gz" });
    expect(wanted.status).toBe(201);
    const { url: place, method, headers } = wanted.content;
    const upload = (text: string) =>
      fetch(place, { method, headers, body: new Uint8Array(gzipSync(text)) });
    expect((await upload(jsonl("a", "b"))).status).toBe(200);
    await eventually(accepted).toEqual(["a=1", "b=1"]);
    expect((await upload(jsonl("c"))).status).toBe(412);
  });

  it("in each format give the same labels, and what is none is kept with its reason", async () => {
    const put = (name: string, body: string | Uint8Array) =>
      writeObject({ bucket, key: `label-inbox/${endpoint}/${name}` }, body, "binary/octet-stream");
    await put("a.jsonl", `${jsonl("order-0", "order-2")}no json\n`);
    await eventually(accepted).toEqual(["order-0=1", "order-2=1"]);
    await put("b.csv", "inferenceId,label\norder-2,1\norder-9,0\norder-10,\n");
    await eventually(accepted).toEqual(["order-0=1", "order-2=1", "order-9=0"]);
    await put("c.parquet", await readFile(join(root, "test/samples/labels/labels.parquet")));
    // With their time these are other labels of the same inferences.
    await eventually(async () => (await accepted()).length).toBe(9);
    await put("d.jsonl", jsonl("order-0", "order-2", "last"));
    await eventually(async () => (await accepted()).includes("last=1")).toBe(true);
    expect(await accepted()).toHaveLength(10);

    const kept = Object.values(await readAll(bucket, `quarantine/${endpoint}/_labels/`));
    const reasons = kept
      .flatMap((text) => text.trim().split("\n"))
      .map((line) => JSON.parse(line))
      .map(
        ({ object, lineNumber, reason }) => `${object.split("/").at(-1)}:${lineNumber} ${reason}`,
      );
    expect(reasons.sort()).toEqual([
      "a.jsonl:3 invalid-json",
      "b.csv:4 invalid-label",
      "c.parquet:5 invalid-label",
      "c.parquet:8 not-one-id",
    ]);
    const hours = await readLabelledHours(endpoint, 0);
    const sum = (name: "acceptedCount" | "duplicateCount" | "rejectedCount") =>
      hours.reduce((total, hour) => total + hour[name], 0);
    expect([sum("acceptedCount"), sum("duplicateCount"), sum("rejectedCount")]).toEqual([10, 3, 4]);
  });

  it("of an endpoint that nobody monitors are told of, and of no known format", async () => {
    await writeObject({ bucket, key: "label-inbox/nobody/a.jsonl" }, jsonl("a"), "text/plain");
    await writeObject({ bucket, key: `label-inbox/${endpoint}/a.xlsx` }, jsonl("a"), "text/plain");
    const notes = async () => {
      const kept = Object.values(await readAll(bucket, "quarantine/_refused/_labels/"));
      return kept.map((text) => JSON.parse(text)).map(({ object, reason }) => [object, reason]);
    };
    await eventually(async () => (await notes()).sort()).toEqual([
      [`s3://${bucket}/label-inbox/${endpoint}/a.xlsx`, "unknown-format"],
      [`s3://${bucket}/label-inbox/nobody/a.jsonl`, "unknown-endpoint"],
    ]);
    const AlarmNames = ["plumbline-local-refused-label-files"];
    const alarmState = async () => {
      const found = await new CloudWatchClient({}).send(new DescribeAlarmsCommand({ AlarmNames }));
      return found.MetricAlarms?.[0]?.StateValue;
    };
    await eventually(alarmState).toBe("ALARM");
  });

  it("may not come from where accepted labels are written", async () => {
    const more = `labels: { prefix: "s3://${bucket}/ground-truth/${endpoint}" }\n`;
    await writeDefinition(endpoint, definitionText({ endpoint, more }));
    await eventually(async () => (await readStatus(endpoint))?.explanation).toContain(
      "labels.prefix",
    );
    expect(await readStatus(endpoint)).toMatchObject({ state: "invalid" });
  });
});
