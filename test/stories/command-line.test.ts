import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { InvokeCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type Account,
  accountEnvironment,
  closeAccount,
  environmentOn,
  openAccount,
} from "../../local/account.ts";
import { deploy } from "../../local/deploy.ts";
import { definitionText } from "../shared/window/sample-definition.ts";
import { captureFiles, trainingCsv } from "./scattered-captures.ts";
import { openQueue, putObject, readAll } from "./stage.ts";

const BUCKET = "plumbline-local";
const PROGRAM = fileURLToPath(new URL("../../cli/plumbline.js", import.meta.url));
const WAIT = { timeout: 30_000, interval: 200 };

let account: Account;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "plumbline-command-line-"));
  account = await openAccount({ folder });
  Object.assign(process.env, accountEnvironment(account));
  await deploy(account);
});
afterAll(async () => {
  await closeAccount(account);
  await rm(folder, { recursive: true });
});

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

async function definitionFile(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

const hour = (from: string, to: string) => `2026-01-15T${from}:00Z/2026-01-15T${to}:00Z`;

describe("plumbline monitors", () => {
  it("refuses a definition before it is stored", async () => {
    const file = await definitionFile("bad.yml", definitionText({ every: "PT90M" }));
    const { code, stderr } = await plumbline("monitors", "apply", file);
    expect(code).toBe(1);
    expect(stderr).toContain(`bad.yml:6:25: checks.dataQuality.every: "PT90M": must be`);
    expect((await plumbline("monitors", "list")).stdout).toBe("No endpoint is monitored.\n");
    expect(await plumbline("monitors", "show", "churn")).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("monitors/churn.yml is absent"),
    });
  });

  it("names the stage that is not deployed", async () => {
    const { code, stderr } = await plumbline("monitors", "list", "--stage", "staging");
    expect(code).toBe(1);
    expect(stderr).toContain('stage "staging": function plumbline-staging-register-monitor');
  });
});

describe("a monitored endpoint", () => {
  it("is defined, checked, told of, and removed from the command line", async () => {
    const team = await openQueue("team-of-the-command-line");
    await putObject(BUCKET, "datasets/train.csv", trainingCsv(2_000));
    const definition = definitionText({ more: `notify: [${team.arn}]\n` }).replace(
      /^baseline: .*$/m,
      `baseline: { dataset: s3://${BUCKET}/datasets/train.csv }`,
    );
    const file = await definitionFile("churn.yml", definition);
    expect(await plumbline("monitors", "apply", file)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("churn: active."),
    });
    const shown = JSON.parse((await plumbline("monitors", "show", "churn", "--json")).stdout);
    expect(shown).toMatchObject({ definition, status: { state: "active" } });

    await capture(captureFiles({ hour: "09", fileCount: 3, rowsPerFile: 100, seed: 1 }));
    const clean = await plumbline("run", "churn", "data-quality", "--window", hour("09", "10"));
    expect(clean).toMatchObject({ code: 0, stdout: expect.stringMatching(/^passed: /) });

    await capture(captureFiles({ hour: "10", fileCount: 3, rowsPerFile: 100, seed: 2, scale: 60 }));
    await plan("2026-01-15T11:25:00Z");
    const messages: string[] = [];
    const receive = async () => {
      messages.push(...(await team.receive()));
      return messages.join("\n");
    };
    await expect.poll(receive, WAIT).toContain("amount: baseline_drift_check");
    const drifted = await plumbline("run", "churn", "data-quality", "--window", hour("10", "11"));
    expect(drifted).toMatchObject({
      code: 2,
      stdout: expect.stringContaining("20260115T1000Z--20260115T1100Z/r1/report.html (revision 1)"),
    });
    const empty = await plumbline("run", "churn", "data-quality", "--json");
    expect(empty.code).toBe(3);
    expect(JSON.parse(empty.stdout).outcome.reason).toBe("no-captures");

    expect((await plumbline("monitors", "remove", "churn")).code).toBe(0);
    expect(await readAll(BUCKET, "status/")).toEqual({});
    expect((await plumbline("run", "churn", "data-quality")).code).toBe(1);
  });
});

async function capture(files: ReturnType<typeof captureFiles>): Promise<void> {
  for (const { path, body } of files) await putObject(BUCKET, `captures/churn/${path}`, body);
  const hourFolder = /AllTraffic\/(.*)\/[^/]*$/.exec(files[0]!.path)![1];
  const profiles = async () =>
    Object.keys(await readAll(BUCKET, `profiles/objects/churn/AllTraffic/${hourFolder}/`)).length;
  await expect.poll(profiles, WAIT).toBe(files.length);
}

async function plan(scheduledTime: string): Promise<void> {
  const { FunctionError } = await new LambdaClient({}).send(
    new InvokeCommand({
      FunctionName: "plumbline-local-plan-checks",
      Payload: JSON.stringify({ scheduledTime }),
    }),
  );
  expect(FunctionError).toBeUndefined();
}
