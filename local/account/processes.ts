import { execFile, spawn } from "node:child_process";
import { open, readFile } from "node:fs/promises";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { MonitoringError } from "../../shared/contracts/monitoring-error.ts";

const run = promisify(execFile);

/** Enough to find a process again, and to know that the id has not passed to another one since. */
export interface ProcessRecord {
  readonly name: string;
  readonly pid: number;
  readonly commandLine: string;
}

export interface ProcessPlan {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly logFile: string;
  /** Any answer here means that it is ready. */
  readonly readyUrl: string;
}

const START_MILLIS = 30_000;
const STOP_MILLIS = 5_000;
const POLL_MILLIS = 25;

/**
 * Starts a process that outlives this one, and waits until it answers.
 *
 * @throws MonitoringError `process-failed` with the end of its log, when it ends or stays silent
 */
export async function startProcess(plan: ProcessPlan): Promise<ProcessRecord> {
  const log = await open(plan.logFile, "w");
  // A group of its own: Ctrl-C does not reach it, and whatever it starts is stopped with it.
  const child = spawn(plan.command, plan.args, {
    env: { ...plan.environment },
    detached: true,
    stdio: ["ignore", log.fd, log.fd],
  });
  let failure: string | undefined;
  child.on("error", (error) => {
    failure = error.message;
  });
  child.on("exit", (code, signal) => {
    failure ??= `it ended with ${signal ?? `exit code ${code}`}`;
  });
  child.unref();
  await log.close();

  const deadline = Date.now() + START_MILLIS;
  while (!(await answers(plan.readyUrl))) {
    if (Date.now() > deadline) failure ??= `no answer in ${START_MILLIS / 1000} s`;
    if (failure !== undefined) {
      if (child.pid !== undefined) signalGroup(child.pid, "SIGKILL");
      throw new MonitoringError(
        "process-failed",
        `${plan.name}: ${failure}: it must answer at ${plan.readyUrl}\n${await tail(plan.logFile)}`,
        { details: { logFile: plan.logFile } },
      );
    }
    await sleep(POLL_MILLIS);
  }
  const pid = child.pid!;
  return { name: plan.name, pid, commandLine: (await commandLine(pid)) ?? "" };
}

/** The process that runs this code. */
export async function thisProcess(): Promise<ProcessRecord> {
  const { pid } = process;
  return { name: "owner", pid, commandLine: (await commandLine(pid)) ?? "" };
}

/** Whether it still runs; a process that merely got its id does not count. */
export async function isRunning(record: ProcessRecord): Promise<boolean> {
  return (await commandLine(record.pid)) === record.commandLine;
}

/** Stops a process and what it started; one that has ended already is fine. */
export async function stopProcess(record: ProcessRecord): Promise<void> {
  if (!(await isRunning(record))) return;
  signalGroup(record.pid, "SIGTERM");
  const deadline = Date.now() + STOP_MILLIS;
  while (await isRunning(record)) {
    if (Date.now() > deadline) signalGroup(record.pid, "SIGKILL");
    await sleep(POLL_MILLIS);
  }
}

export async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    await response.body?.cancel();
    return true;
  } catch {
    return false;
  }
}

/** Ports of the loopback interface that nobody listens on, all different. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, listen));
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((closed) => server.close(closed))));
  return ports;
}

function listen(): Promise<ReturnType<typeof createServer>> {
  return new Promise((listening, failed) => {
    const server = createServer();
    server.once("error", failed);
    server.listen(0, "127.0.0.1", () => listening(server));
  });
}

async function commandLine(pid: number): Promise<string | undefined> {
  if (process.platform === "linux") {
    const text = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
    // A process that has ended and waits for its parent has an empty one.
    return text === "" ? undefined : text.replaceAll("\0", " ").trim();
  }
  const found = await run("ps", ["-o", "command=", "-p", String(pid)]).catch(() => undefined);
  return found?.stdout.trim() || undefined;
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

async function tail(logFile: string): Promise<string> {
  return (await readFile(logFile, "utf8")).trim().split("\n").slice(-10).join("\n");
}
