import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as z from "zod/mini";
import { type AccountAddress, environmentOn, writeEnvironmentFile } from "./account/environment.ts";
import { withLock } from "./account/lock.ts";
import {
  answers,
  freePorts,
  isRunning,
  type ProcessRecord,
  startProcess,
  stopProcess,
  thisProcess,
} from "./account/processes.ts";
import { pythonPrograms } from "./account/python.ts";

export { accountEnvironment, environmentOn } from "./account/environment.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const LOCAL_FOLDER = join(root, ".local");

const processRecord = z.object({ name: z.string(), pid: z.number(), commandLine: z.string() });

const accountFile = z.object({
  endpointUrl: z.string(),
  sagemakerEndpointUrl: z.string(),
  region: z.string(),
  accountId: z.string(),
  processes: z.array(processRecord),
  /** The process that will stop the account; null when it is kept up until someone closes it. */
  owner: z.nullable(processRecord),
  /** What was deployed last, see deploy.ts. */
  deployedSha256: z.optional(z.string()),
});

export type AccountFile = z.infer<typeof accountFile>;

/** An AWS account on this machine: MiniStack, and the SageMaker simulator that it lacks. */
export interface Account extends Omit<AccountFile, "owner" | "deployedSha256"> {
  /** Holds `account.json`, the logs and the data of this account. */
  readonly folder: string;
  /** False when it was up already: then it is not ours to close. */
  readonly started: boolean;
}

export interface OpenOptions {
  /** Another folder is another account. */
  readonly folder?: string;
  readonly say?: (line: string) => void;
  /** Further variables in the environment of all functions, as a test may want to listen to them. */
  readonly functionVariables?: Readonly<Record<string, string>>;
}

/**
 * Brings the account up, on free ports of the loopback interface, or finds it up. What a killed run
 * left behind is stopped first.
 */
export async function openAccount(options: OpenOptions = {}): Promise<Account> {
  return await withLock(join(LOCAL_FOLDER, "account.lock"), () => findOrStart(options));
}

async function findOrStart(options: OpenOptions): Promise<Account> {
  const { folder = LOCAL_FOLDER, say = () => {}, functionVariables = {} } = options;
  const earlier = await readAccountFile(folder);
  if (earlier !== undefined) {
    const owned = earlier.owner === null || (await isRunning(earlier.owner));
    if (owned && (await isAccountUp(earlier))) return { ...earlier, folder, started: false };
    say("Stopping what an earlier run left behind …");
    await stopAll(folder, earlier.processes);
  }
  const programs = await pythonPrograms("requirements.txt", say);
  return await start(folder, programs, functionVariables);
}

/** Stops the account if this process started it. */
export async function closeAccount(account: Account): Promise<void> {
  if (account.started) await stopAll(account.folder, account.processes);
}

/** Leaves the account up when this process ends. */
export async function keepAccount(account: Account): Promise<void> {
  await updateAccountFile(account, { owner: null });
}

/** Makes this process the one that will close an account which was kept up. */
export async function adoptAccount(account: Account): Promise<Account> {
  await updateAccountFile(account, { owner: await thisProcess() });
  return { ...account, started: true };
}

/** Stops the account also when this process is told to stop. */
export function closeOnSignals(account: Account): void {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(signal, () => closeAccount(account).finally(() => process.exit(1)));
  }
}

export async function readAccountFile(folder = LOCAL_FOLDER): Promise<AccountFile | undefined> {
  const text = await readFile(join(folder, "account.json"), "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return accountFile.parse(JSON.parse(text));
  } catch {
    // Broken off while it was written; then nothing had been started that is worth keeping.
    return undefined;
  }
}

export async function updateAccountFile(
  account: Account,
  changes: Partial<AccountFile>,
): Promise<void> {
  const current = await readAccountFile(account.folder);
  if (current !== undefined) await writeAccountFile(account.folder, { ...current, ...changes });
}

async function start(
  folder: string,
  programs: string,
  functionVariables: Readonly<Record<string, string>>,
): Promise<Account> {
  const logs = join(folder, "logs");
  const data = join(folder, "data");
  await rm(data, { recursive: true, force: true });
  await mkdir(join(data, "tmp"), { recursive: true });
  // MiniStack's own workers are CommonJS: without this, our package.json above would make them ESM.
  await writeFile(join(data, "tmp", "package.json"), "{}\n");
  await mkdir(logs, { recursive: true });

  const [port, sagemakerPort] = await freePorts(2);
  const address = {
    endpointUrl: `http://127.0.0.1:${port}`,
    sagemakerEndpointUrl: `http://127.0.0.1:${sagemakerPort}`,
    region: "us-east-1",
    accountId: "000000000000",
  };
  const processes: ProcessRecord[] = [];
  const owner = await thisProcess();
  const file = (): AccountFile => ({ ...address, processes, owner });
  try {
    const ministack = { address, port: port!, programs, logs, data, functionVariables };
    processes.push(await startMiniStack(ministack));
    await writeAccountFile(folder, file());
    processes.push(await startSimulator({ address, port: sagemakerPort!, logs, data }));
    await writeAccountFile(folder, file());
  } catch (error) {
    await stopAll(folder, processes);
    throw error;
  }
  if (folder === LOCAL_FOLDER) await writeEnvironmentFile(address);
  return { ...file(), folder, started: true };
}

interface Start {
  readonly address: AccountAddress;
  readonly port: number;
  readonly logs: string;
  readonly data: string;
}

interface MiniStackStart extends Start {
  readonly programs: string;
  readonly functionVariables: Readonly<Record<string, string>>;
}

function startMiniStack(plan: MiniStackStart): Promise<ProcessRecord> {
  const { AWS_ENDPOINT_URL: _itself, ...environment } = environmentOn(plan.address);
  return startProcess({
    name: "MiniStack",
    command: join(plan.programs, "python"),
    args: [join(root, "local", "account", "run_ministack.py")],
    // Its functions inherit all of this: Node by PATH, and the simulator's address.
    environment: {
      ...environment,
      BIND_HOST: "127.0.0.1",
      MINISTACK_HOST: "127.0.0.1",
      GATEWAY_PORT: String(plan.port),
      EDGE_PORT: String(plan.port),
      TMPDIR: join(plan.data, "tmp"),
      ...plan.functionVariables,
    },
    logFile: join(plan.logs, "ministack.log"),
    readyUrl: `${plan.address.endpointUrl}/_ministack/health`,
  });
}

function startSimulator(plan: Start): Promise<ProcessRecord> {
  const { endpointUrl, sagemakerEndpointUrl } = plan.address;
  const { AWS_ENDPOINT_URL_SAGEMAKER: _itself, ...environment } = environmentOn(plan.address);
  return startProcess({
    name: "SageMaker simulator",
    command: process.execPath,
    args: [
      join(root, "local", "sagemaker", "main.ts"),
      `--port=${plan.port}`,
      `--data-dir=${join(plan.data, "sagemaker")}`,
      `--aws-endpoint-url=${endpointUrl}`,
    ],
    environment,
    logFile: join(plan.logs, "sagemaker.log"),
    readyUrl: sagemakerEndpointUrl,
  });
}

/** Whether both of its processes run and answer. */
export async function isAccountUp(file: Pick<AccountFile, keyof AccountAddress | "processes">) {
  const running = await Promise.all(file.processes.map(isRunning));
  if (file.processes.length < 2 || running.includes(false)) return false;
  return (await answers(file.endpointUrl)) && (await answers(file.sagemakerEndpointUrl));
}

async function stopAll(folder: string, processes: readonly ProcessRecord[]): Promise<void> {
  // The simulator first: it writes captures into the other.
  for (const record of processes.toReversed()) await stopProcess(record);
  await rm(join(folder, "account.json"), { force: true });
}

async function writeAccountFile(folder: string, file: AccountFile): Promise<void> {
  await writeFile(join(folder, "account.json"), `${JSON.stringify(file, null, 2)}\n`);
}
