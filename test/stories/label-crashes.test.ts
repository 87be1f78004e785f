import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import {
  type Account,
  accountEnvironment,
  closeAccount,
  openAccount,
} from "../../local/account.ts";
import { deploy } from "../../local/deploy.ts";
import { httpApiUrl } from "../../local/http-api.ts";
import { adoptStage } from "../../shared/aws/functions.ts";
import { readLabelledHours } from "../../shared/aws/label-hours.ts";
import { createLabelKey } from "../../shared/aws/label-keys.ts";
import { writeDefinition } from "../../shared/aws/monitors.ts";
import { definitionText } from "../shared/window/sample-definition.ts";
import { readAll } from "./stage.ts";

const run = promisify(execFile);
const BUCKET = "plumbline-local";
const ENDPOINT = "churn";
const KILLS = 50;
const SENDERS = 2;
const LABELS = 40;

let account: Account;
let folder: string;
let url: string;
let key: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "plumbline-crashes-"));
  account = await openAccount({ folder });
  await deploy(account);
  Object.assign(process.env, accountEnvironment(account));
  await adoptStage("local");
  await writeDefinition(ENDPOINT, definitionText({ endpoint: ENDPOINT }));
  url = `${await httpApiUrl(account)}/endpoints/${ENDPOINT}/labels`;
  const wanted = { endpoints: [ENDPOINT], name: "", validUntil: null, requestsPerMinute: 900_000 };
  ({ text: key } = await createLabelKey(wanted, new Date().toISOString()));
});
afterAll(async () => {
  await closeAccount(account);
  await rm(folder, { recursive: true });
});

interface Sent {
  readonly ids: readonly string[];
  readonly attemptCount: number;
}

it(`keeps what it answered, killed ${KILLS} times while it took labels`, async () => {
  let killCount = 0;
  const sent: Sent[] = [];
  const sendOn = async (sender: number): Promise<void> => {
    for (let number = 0; killCount < KILLS; number++) {
      sent.push(await sendUntilAnswered(`${sender}-${number}`));
    }
  };
  const killOn = async (): Promise<void> => {
    // Seeded moments, as far as a machine keeps to them.
    for (let random = 1; killCount < KILLS; ) {
      // Who has answered works on the next request by now, and dies at some point of it.
      const answeredCount = sent.length;
      while (sent.length === answeredCount) await sleep(1);
      random = (random * 16_807) % 2_147_483_647;
      await sleep(random % 60);
      if (await killWorkers()) killCount += 1;
    }
  };
  await Promise.all([killOn(), ...Array.from({ length: SENDERS }, (_, sender) => sendOn(sender))]);

  const texts = await readAll(BUCKET, `ground-truth/${ENDPOINT}/`);
  const stored = Object.values(texts)
    .flatMap((text) => text.trim().split("\n"))
    .map((line) => JSON.parse(line).eventMetadata.eventId)
    .sort();
  expect(stored).toEqual(sent.flatMap(({ ids }) => ids).sort());
  // Else nothing was killed while it had work.
  expect(sent.filter(({ attemptCount }) => attemptCount > 1).length).toBeGreaterThan(KILLS / 2);
  const hours = await readLabelledHours(ENDPOINT, 0);
  const counted = hours.reduce((sum, { acceptedCount }) => sum + acceptedCount, 0);
  expect(counted).toBeGreaterThanOrEqual(stored.length);
}, 280_000);

/** As a client does: the same labels under the same name until there is an answer. */
async function sendUntilAnswered(name: string): Promise<Sent> {
  const ids = Array.from({ length: LABELS }, (_, index) => `${name}-${index}`);
  const body = JSON.stringify({ labels: ids.map((inferenceId) => ({ inferenceId, label: 1 })) });
  for (let attemptCount = 1; ; attemptCount++) {
    const response = await fetch(url, {
      method: "POST",
      body,
      headers: {
        authorization: `Bearer ${key}`,
        "content-type": "application/json",
        "idempotency-key": name,
      },
    });
    const content = await response.text();
    if (response.status === 202) {
      expect(JSON.parse(content)).toMatchObject({ accepted: LABELS, duplicate: 0, rejected: 0 });
      return { ids, attemptCount };
    }
    expect(response.status).toBeGreaterThanOrEqual(500);
  }
}

/** Kills the processes that the function runs in on this account, which then starts others. */
async function killWorkers(): Promise<boolean> {
  const ministack = account.processes.find(({ name }) => name === "MiniStack")!.pid;
  const { stdout } = await run("ps", ["-A", "-o", "pid=,ppid=,command="]);
  const workers = stdout.split("\n").flatMap((line) => {
    const [pid, parent, ...command] = line.trim().split(/\s+/);
    const isWorker = command.join(" ").includes("-ingest-labels-");
    return Number(parent) === ministack && isWorker ? [Number(pid)] : [];
  });
  for (const worker of workers) process.kill(worker, "SIGKILL");
  return workers.length > 0;
}
