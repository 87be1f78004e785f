import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { CloudWatchClient, SetAlarmStateCommand } from "@aws-sdk/client-cloudwatch";
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { functionNames } from "../../functions/build.ts";
import { type Account, closeAccount, environmentOn, openAccount } from "../../local/account.ts";
import { deploy } from "../../local/deploy.ts";
import { functionOf, ofType, type Packaged, packageStage } from "../stack/packaged.ts";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../..", import.meta.url));
const samplesOf = (name: string) => readdirSync(join(root, "events", name)).sort();

/** The samples that must not be handled, and what becomes of them: one record given back, or an error. */
const REFUSED: Readonly<Record<string, string>> = {
  "check-data-quality/impossible-window.json": "1 failed",
  "check-model-quality/impossible-window.json": "1 failed",
  "decide-retraining/no-time.json": "event-not-understood",
  "import-labels/bad-and-good.json": "1 failed",
  "join-partition/no-partition.json": "event-not-understood",
  "plan-backfill/ends-before-it-begins.json": "event-not-understood",
  "plan-checks/no-time.json": "event-not-understood",
  "profile-capture/bad-and-good.json": "1 failed",
};

/** null for a sample that is handled. A task of the state machine is one of a run, and there is none. */
const refusalOf = (name: string, file: string): string | null =>
  REFUSED[`${name}/${file}`] ?? (file === "unknown-run.json" ? "unknown-run" : null);

let account: Account;
let packaged: Packaged;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "plumbline-deployed-"));
  account = await openAccount({ folder });
  expect(await deploy(account)).toBe(true);
  packaged = await packageStage("local");
});
afterAll(async () => {
  await closeAccount(account);
  for (const made of [folder, packaged.folder]) await rm(made, { recursive: true });
});

const client = () => ({
  region: account.region,
  endpoint: account.endpointUrl,
  credentials: { accessKeyId: "test", secretAccessKey: "test" },
});

describe("the deployed stack", () => {
  it("is not deployed again when nothing changed", async () => {
    expect(await deploy(account)).toBe(false);
  });

  it("hears of a definition and says what became of it", async () => {
    const s3 = new S3Client({ ...client(), forcePathStyle: true });
    const object = { Bucket: "plumbline-local", Key: "monitors/typo.yml" };
    await s3.send(
      new PutObjectCommand({ ...object, Body: "endpoint: typo\nproblm: regression\n" }),
    );
    const readStatus = async () => {
      const key = { ...object, Key: "status/typo.json" };
      const { Body } = await s3.send(new GetObjectCommand(key));
      return JSON.parse(await Body!.transformToString());
    };
    await expect.poll(readStatus, { timeout: 30_000, interval: 200 }).toMatchObject({
      endpoint: "typo",
      state: "invalid",
      explanation: expect.stringContaining("problm"),
    });
  });

  it("tells people of an alarm", async () => {
    const sqs = new SQSClient(client());
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "inbox-of-a-person" }));
    await new SNSClient(client()).send(
      new SubscribeCommand({
        TopicArn: `arn:aws:sns:${account.region}:${account.accountId}:plumbline-local-messages`,
        Protocol: "sqs",
        Endpoint: `arn:aws:sqs:${account.region}:${account.accountId}:inbox-of-a-person`,
      }),
    );
    const AlarmName = "plumbline-local-profile-capture-dead-letters";
    await new CloudWatchClient(client()).send(
      new SetAlarmStateCommand({ AlarmName, StateValue: "ALARM", StateReason: "1 > 0" }),
    );
    const subjects: string[] = [];
    const receive = async () => {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl: QueueUrl!, WaitTimeSeconds: 1 }),
      );
      subjects.push(...Messages.map(({ Body }) => JSON.parse(Body!).Subject));
      return subjects;
    };
    await expect.poll(receive, { timeout: 30_000 }).toContain(AlarmName);
  });
});

describe.each(functionNames())("%s", (name) => {
  it("answers `serverless invoke local` with a sample", async () => {
    const [first] = samplesOf(name);
    const handled = samplesOf(name).find((file) => refusalOf(name, file) === null);
    const event = `events/${name}/${handled ?? first}`;
    const { stdout } = await run(
      process.execPath,
      [
        join(root, "node_modules", "serverless", "bin", "serverless.js"),
        ...["invoke", "local", "--stage=local", `--function=${name}`, `--path=${event}`],
      ],
      { cwd: root, env: environmentOn(account), timeout: 60_000 },
    ).catch((error: { readonly stdout: string }) => error);
    if (handled === undefined) {
      // Refused by the function itself, which its log says why.
      expect(stdout).toContain('"errorType": "MonitoringError"');
      return;
    }
    expect(stdout.includes('"batchItemFailures": []')).toBe(hasQueue(name));
    expect(stdout).not.toContain('"level":"ERROR"');
  });

  it("handles every sample", async () => {
    const { code } = functionOf(packaged, name);
    const variables = code.Properties.Environment.Variables;
    const names = samplesOf(name);
    const events = await Promise.all(
      names.map(async (file) =>
        JSON.parse(await readFile(join(root, "events", name, file), "utf8")),
      ),
    );
    const script = `
      const { handler } = await import(${JSON.stringify(join(root, "dist", name, "index.js"))});
      const context = { functionName: ${JSON.stringify(name)}, awsRequestId: "sample" };
      for (const event of ${JSON.stringify(events)}) {
        const result = await handler(event, context).catch((error) => error.code ?? error.message);
        const failures = result?.batchItemFailures?.length;
        const outcome = failures ? failures + " failed" : "handled";
        console.log("OUTCOME", typeof result === "string" ? result : outcome);
      }`;
    const { stdout } = await run(process.execPath, ["--input-type=module", "--eval", script], {
      env: { ...environmentOn(account), ...variables },
    });
    const outcomes = stdout.split("\n").flatMap((line) => /^OUTCOME (.*)$/.exec(line)?.[1] ?? []);
    expect(Object.fromEntries(names.map((file, index) => [file, outcomes[index]]))).toEqual(
      Object.fromEntries(names.map((file) => [file, refusalOf(name, file) ?? "handled"])),
    );
  });
});

function hasQueue(name: string): boolean {
  const { code } = functionOf(packaged, name);
  return ofType(packaged, "AWS::Lambda::EventSourceMapping").some(
    ([, { Properties }]) => packaged.resources[Properties.FunctionName["Fn::GetAtt"][0]] === code,
  );
}
