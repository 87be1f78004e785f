import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import {
  GetFunctionConfigurationCommand,
  LambdaClient,
  UpdateFunctionConfigurationCommand,
} from "@aws-sdk/client-lambda";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import {
  type Account,
  accountEnvironment,
  closeAccount,
  environmentOn,
  openAccount,
} from "../../local/account.ts";
import { deploy } from "../../local/deploy.ts";
import { httpApiUrl } from "../../local/http-api.ts";
import { deleteObject, listObjects } from "../../shared/aws/objects.ts";
import { definitionText } from "../shared/window/sample-definition.ts";
import { captureFiles, trainingCsv } from "./scattered-captures.ts";
import { putObject, readAll } from "./stage.ts";

const BUCKET = "plumbline-local";
const PROGRAM = fileURLToPath(new URL("../../cli/plumbline.js", import.meta.url));
const WAIT = { timeout: 60_000, interval: 200 };
const RANGE = ["--endpoint=churn", "--from=2026-01-15", "--to=2026-01-15T12:00Z"];
const TRAFFIC = [
  ...captureFiles({ hour: "09", fileCount: 3, rowsPerFile: 60, seed: 1 }),
  ...captureFiles({ hour: "10", fileCount: 3, rowsPerFile: 60, seed: 2, scale: 60 }),
  ...captureFiles({ hour: "10", fileCount: 2, rowsPerFile: 60, seed: 3, variant: "Canary" }),
  ...captureFiles({ hour: "11", fileCount: 3, rowsPerFile: 60, seed: 4 }),
];

let account: Account;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "plumbline-backfill-"));
  account = await openAccount({ folder });
  Object.assign(process.env, accountEnvironment(account));
  await deploy(account);
  await putObject(BUCKET, "datasets/train.csv", trainingCsv(2_000));
  const baseline = `baseline: { dataset: s3://${BUCKET}/datasets/train.csv }`;
  const checks = "  modelQuality: { every: PT1H }\n";
  const more = "labels: { expectedWithin: PT1H }\nprediction: { probability: 0, threshold: 0.5 }\n";
  const definition = definitionText({ checks, more }).replace(/^baseline: .*$/m, baseline);
  await putObject(BUCKET, "monitors/churn.yml", definition);
  await until("status/churn.json", 1);
  for (const { path, body } of TRAFFIC) await putObject(BUCKET, `captures/churn/${path}`, body);
  await until("profiles/objects/churn/", TRAFFIC.length);
  await sendLabels();
});
afterAll(async () => {
  await closeAccount(account);
  await rm(folder, { recursive: true });
});

const countOf = async (key: string) => (await listObjects({ bucket: BUCKET, key })).length;

const until = (prefix: string, count: number) =>
  vi.waitFor(async () => expect(await countOf(prefix)).toBe(count), WAIT);

/** A label for nine captures of ten, wrong for some. */
async function sendLabels(): Promise<void> {
  const lines = TRAFFIC.flatMap(({ body }) => body.trim().split("\n"));
  const labels = lines.flatMap((line, index) => {
    const { captureData, eventMetadata } = JSON.parse(line);
    const score = Number(captureData.endpointOutput.data);
    const label = score > 0.5 === index % 7 > 0 ? 1 : 0;
    return index % 10 === 0 ? [] : [{ eventId: eventMetadata.eventId, label }];
  });
  const response = await fetch(`${await httpApiUrl(account)}/iam/endpoints/churn/labels`, {
    method: "POST",
    body: JSON.stringify({ labels }),
    // The local account believes whoever signs; it checks no signature.
    headers: {
      "content-type": "application/json",
      authorization: "AWS4-HMAC-SHA256 Credential=test/20260115/us-east-1/execute-api/aws4_request",
    },
  });
  expect(response.status).toBe(202);
}

/** Runs the command line on this account, as a user would. */
function plumbline(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  const all = [PROGRAM, ...args, "--endpoint-url", account.endpointUrl];
  return new Promise((resolve) => {
    const env = environmentOn(account);
    execFile(process.execPath, all, { env }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

const JOINING = ["check-model-quality", "plan-join"];

/** How much one function of this account joins in its memory. */
async function limitJoins(bytes: number): Promise<void> {
  const lambda = new LambdaClient({});
  for (const name of JOINING) {
    const FunctionName = `plumbline-local-${name}`;
    const command = new GetFunctionConfigurationCommand({ FunctionName });
    const { Environment } = await lambda.send(command);
    const Variables = { ...Environment!.Variables, PLUMBLINE_JOIN_BYTES: String(bytes) };
    await lambda.send(
      new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables } }),
    );
  }
}

/** What model-quality checks have written. */
const written = async () => ({
  ...(await readAll(BUCKET, "merged/")),
  ...Object.fromEntries(
    Object.entries(await readAll(BUCKET, "reports/")).filter(([key]) =>
      key.includes("/model-quality/"),
    ),
  ),
});

async function forget(): Promise<void> {
  for (const key of Object.keys(await written())) await deleteObject({ bucket: BUCKET, key });
}

/** Kills the processes that the function runs in on this account, which then starts others. */
async function killWorkers(name: string): Promise<number> {
  const ministack = account.processes.find((each) => each.name === "MiniStack")!.pid;
  const { stdout } = await promisify(execFile)("ps", ["-A", "-o", "pid=,ppid=,command="]);
  const workers = stdout.split("\n").flatMap((line) => {
    const [pid, parent, ...command] = line.trim().split(/\s+/);
    const isWorker = command.join(" ").includes(`-${name}-`);
    return Number(parent) === ministack && isWorker ? [Number(pid)] : [];
  });
  for (const worker of workers) process.kill(worker, "SIGKILL");
  return workers.length;
}

const outcomesOf = (stdout: string): string[] =>
  JSON.parse(stdout).windows.map(
    ({ window, variant, outcome }: Record<string, Record<string, string>>) =>
      `${window!.from!.slice(11, 13)} ${variant} ${outcome!.outcome}`,
  );

describe("plumbline backfill", () => {
  it("checks the data of every window, and says what it found", async () => {
    const { code, stdout, stderr } = await plumbline(
      "backfill",
      "data-quality",
      ...RANGE,
      "--json",
    );
    expect(stderr).toBe("");
    expect(outcomesOf(stdout)).toEqual([
      "09 _all passed",
      "10 _all violated",
      "10 AllTraffic violated",
      "10 Canary passed",
      "11 _all passed",
    ]);
    expect(code).toBe(2);
    expect(await countOf("reports/churn/_all/data-quality/")).toBe(3 * 5);
    const again = await plumbline("backfill", "data-quality", ...RANGE, "--variant=_all");
    expect(again.stdout).toMatch(/T10:00:00Z\/2026-01-15T11:00:00Z {2}_all {2}violated {2}s3:/);
    expect(await countOf("reports/churn/_all/data-quality/")).toBe(3 * 5);
  });

  it("refuses what it cannot check", async () => {
    const none = await plumbline(
      "backfill",
      "data-quality",
      "--endpoint=churn",
      "--from=2025-01-01",
      "--to=2025-02-01",
    );
    expect(none).toMatchObject({ code: 1, stderr: expect.stringContaining("no window") });
    const unknown = await plumbline(
      "backfill",
      "data-quality",
      "--endpoint=x",
      "--from=2025-01-01",
      "--to=2025-02-01",
    );
    expect(unknown).toMatchObject({ code: 1, stderr: expect.stringContaining("monitors/x.yml") });
  });

  it("joins windows in partitions into the same bytes, though their functions are killed", async () => {
    const whole = await plumbline("backfill", "model-quality", ...RANGE, "--json");
    expect(outcomesOf(whole.stdout)).toHaveLength(5);
    const expected = await written();
    expect(Object.keys(expected).filter((key) => key.startsWith("merged/"))).toHaveLength(4);
    expect(Object.keys(expected).filter((key) => key.endsWith("result.json"))).toHaveLength(5);
    expect(await countOf("joins/")).toBe(0);

    await limitJoins(60_000);
    await forget();
    let isDone = false;
    let killCount = 0;
    const killing = (async () => {
      for (; !isDone && killCount < 8; await sleep(400)) {
        killCount += await killWorkers(killCount % 4 === 3 ? "merge-partitions" : "join-partition");
      }
    })();
    const parts = await plumbline("backfill", "model-quality", ...RANGE, "--json");
    isDone = true;
    await killing;
    expect(parts.stderr).toBe("");
    expect(killCount).toBeGreaterThan(1);
    expect(await countOf("joins/")).toBeGreaterThan(20);
    expect(await written()).toEqual(expected);
    expect(outcomesOf(parts.stdout)).toEqual(outcomesOf(whole.stdout));
    expect(parts.code).toBe(whole.code);

    await forget();
    const window = "--window=2026-01-15T09:00Z/2026-01-15T10:00Z";
    const run = await plumbline("run", "churn", "model-quality", window);
    expect(run).toMatchObject({ code: 1, stderr: expect.stringContaining("was handed over") });
    const ofWindow = Object.entries(expected).filter(([key]) => /0900Z--|\/15\/09\//.test(key));
    await expect.poll(written, WAIT).toEqual(Object.fromEntries(ofWindow));
  });

  it("says which windows it could not check", async () => {
    await limitJoins(10);
    const { code, stdout } = await plumbline("backfill", "model-quality", ...RANGE, "--json");
    expect(code).toBe(1);
    const { failedCount, windows } = JSON.parse(stdout);
    expect(failedCount).toBe(5);
    for (const { notChecked } of windows) expect(notChecked).toContain("at most 40 partitions");
  });
});
