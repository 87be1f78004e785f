import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { CreateModelCommand, SageMakerClient } from "@aws-sdk/client-sagemaker";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CHURN_IMAGE } from "../../../local/churn/churn-model.ts";

const main = fileURLToPath(new URL("../../../local/sagemaker/main.ts", import.meta.url));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "plumbline-simulator-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The simulator as its own process; nothing is captured, so that no account is needed. */
async function start(...args: string[]) {
  const child = spawn(
    process.execPath,
    [main, `--data-dir=${folder}`, "--aws-endpoint-url=http://127.0.0.1:9", ...args],
    { stdio: ["pipe", "pipe", "pipe"] },
  );
  const exited = once(child, "exit").then(([code, signal]) => ({ code, signal }));
  let errors = "";
  child.stderr.on("data", (chunk) => {
    errors += chunk;
  });
  const line = await Promise.race([
    once(child.stdout, "data").then(([chunk]) => String(chunk)),
    exited.then(() => ""),
  ]);
  const url = /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0] ?? "";
  return { child, exited, url, errors: () => errors };
}

describe("the simulator's process", () => {
  it("ends on SIGTERM, and has kept its state", async () => {
    const { child, exited, url } = await start();
    const client = new SageMakerClient({
      region: "us-east-1",
      endpoint: url,
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
    });
    const PrimaryContainer = { Image: CHURN_IMAGE };
    await client.send(new CreateModelCommand({ ModelName: "m", PrimaryContainer }));
    child.kill("SIGTERM");
    expect(await exited).toEqual({ code: 0, signal: null });
    expect(await readFile(join(folder, "sagemaker.json"), "utf8")).toContain(CHURN_IMAGE);
  });

  it("ends when it is asked to", async () => {
    const { exited, url } = await start();
    await fetch(`${url}/_simulator/stop`, { method: "POST" });
    expect(await exited).toEqual({ code: 0, signal: null });
  });

  it("ends with its parent, when it is to", async () => {
    const { child, exited } = await start("--stop-with-stdin");
    child.stdin.end();
    expect(await exited).toEqual({ code: 0, signal: null });
  });

  it("says what is wrong: a taken port, an unreadable state, a wrong option", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    await once(taken, "listening");
    const { port } = taken.address() as { port: number };
    const refused = await start(`--port=${port}`);
    expect(await refused.exited).toEqual({ code: 1, signal: null });
    expect(refused.errors()).toBe(
      `port: ${port}: another process listens there; name a free one\n`,
    );
    taken.close();
    const other = await mkdtemp(join(folder, "other-"));
    await writeFile(join(other, "sagemaker.json"), "{");
    const unreadable = await start(`--data-dir=${other}`);
    expect(await unreadable.exited).toEqual({ code: 1, signal: null });
    expect(unreadable.errors()).toMatch(/^state: .*sagemaker\.json: not JSON: delete it to begin/);
    const unclear = await start("--transition-seconds=soon");
    expect(await unclear.exited).toEqual({ code: 1, signal: null });
    expect(unclear.errors()).toBe('--transition-seconds: "soon": must be a number of at least 0\n');
  });
});
