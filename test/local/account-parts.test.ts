import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { withLock } from "../../local/account/lock.ts";
import { freePorts, startProcess } from "../../local/account/processes.ts";
import { pythonPrograms } from "../../local/account/python.ts";
import { environmentOn } from "../../local/account.ts";

async function emptyFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "plumbline-parts-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

afterEach(() => void vi.unstubAllEnvs());

describe("pythonPrograms", () => {
  const install = async () => pythonPrograms("requirements.txt", () => {}, await emptyFolder());

  it("says what to install when there is no Python", async () => {
    vi.stubEnv("PYTHON", "/nowhere/python");
    await expect(install()).rejects.toMatchObject({
      code: "python-missing",
      message: expect.stringContaining("apt-get install python3 python3-venv"),
    });
  });

  it.each([
    { what: "too old", script: 'echo "3 9"', code: "python-missing" },
    {
      what: "without venv, as Debian's is",
      script:
        'if [ "$1" = -c ]; then echo "3 11"; else echo "ensurepip is not available"; exit 1; fi',
      code: "python-venv-missing",
    },
  ])("says what to install when it is $what", async ({ script, code }) => {
    const python = join(await emptyFolder(), "python");
    await writeFile(python, `#!/bin/sh\n${script}\n`);
    await chmod(python, 0o755);
    vi.stubEnv("PYTHON", python);
    await expect(install()).rejects.toMatchObject({
      code,
      message: expect.stringContaining("python3-venv"),
    });
  });
});

describe("startProcess", () => {
  it("shows the end of the log of a process that does not come up", async () => {
    const logFile = join(await emptyFolder(), "log");
    const started = startProcess({
      name: "simulator",
      command: process.execPath,
      args: ["--eval", "console.error('port 80: permission denied'); process.exit(3)"],
      environment: {},
      logFile,
      readyUrl: "http://127.0.0.1:9",
    });
    await expect(started).rejects.toMatchObject({
      code: "process-failed",
      message: expect.stringMatching(
        /^simulator: it ended with exit code 3: .*\nport 80: permission denied/,
      ),
    });
  });

  it("says when the program itself is not there", async () => {
    const started = startProcess({
      name: "MiniStack",
      command: "/nowhere/ministack",
      args: [],
      environment: {},
      logFile: join(await emptyFolder(), "log"),
      readyUrl: "http://127.0.0.1:9",
    });
    await expect(started).rejects.toMatchObject({
      code: "process-failed",
      message: expect.stringContaining("ENOENT"),
    });
  });
});

describe("freePorts", () => {
  it("finds different ports that can be listened on", async () => {
    const ports = await freePorts(5);
    expect(new Set(ports).size).toBe(5);
    for (const port of ports) {
      const server = createServer();
      await new Promise<void>((listening) => server.listen(port, "127.0.0.1", listening));
      await new Promise((closed) => server.close(closed));
    }
  });
});

describe("withLock", () => {
  it("lets one in at a time", async () => {
    const file = join(await emptyFolder(), "lock");
    let inside = 0;
    const most: number[] = [];
    const work = async () => {
      most.push(++inside);
      await new Promise((resolve) => setTimeout(resolve, 5));
      inside--;
    };
    await Promise.all([1, 2, 3].map(() => withLock(file, work)));
    expect(most).toEqual([1, 1, 1]);
  });

  it("is free again after an error, and after its holder died", async () => {
    const file = join(await emptyFolder(), "lock");
    await expect(withLock(file, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    const dead = { name: "owner", pid: 2 ** 22, commandLine: "node gone.ts" };
    await writeFile(file, JSON.stringify(dead));
    expect(await withLock(file, async () => "in")).toBe("in");
  });
});

describe("environmentOn", () => {
  it("points to the account and takes nothing along that points elsewhere", () => {
    vi.stubEnv("AWS_PROFILE", "production");
    vi.stubEnv("AWS_SESSION_TOKEN", "secret");
    vi.stubEnv("AWS_ENDPOINT_URL_S3", "https://elsewhere");
    const address = {
      endpointUrl: "http://127.0.0.1:1",
      sagemakerEndpointUrl: "http://127.0.0.1:2",
      region: "us-east-1",
    };
    const environment = environmentOn(address);
    expect(
      Object.keys(environment)
        .filter((name) => name.startsWith("AWS_"))
        .sort(),
    ).toEqual([
      "AWS_ACCESS_KEY_ID",
      "AWS_DEFAULT_REGION",
      "AWS_ENDPOINT_URL",
      "AWS_ENDPOINT_URL_APPLICATION_AUTO_SCALING",
      "AWS_ENDPOINT_URL_SAGEMAKER",
      "AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME",
      "AWS_REGION",
      "AWS_SECRET_ACCESS_KEY",
    ]);
    expect(environment).toMatchObject({
      AWS_ENDPOINT_URL: "http://127.0.0.1:1",
      AWS_ACCESS_KEY_ID: "test",
      HOME: process.env.HOME,
    });
  });
});
