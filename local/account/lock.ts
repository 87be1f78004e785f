import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isRunning, thisProcess } from "./processes.ts";

const POLL_MILLIS = 100;

/** Runs the work while no other process runs work under the same file; one that died holds nothing. */
export async function withLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  await mkdir(dirname(file), { recursive: true });
  const holder = JSON.stringify(await thisProcess());
  while (!(await take(file, holder))) {
    if (await isAbandoned(file)) await rm(file, { force: true });
    else await sleep(POLL_MILLIS);
  }
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
  }
}

async function take(file: string, holder: string): Promise<boolean> {
  try {
    await writeFile(file, holder, { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

async function isAbandoned(file: string): Promise<boolean> {
  const text = await readFile(file, "utf8").catch(() => undefined);
  // Gone meanwhile, or its holder is just writing it.
  if (text === undefined || text === "") return false;
  return !(await isRunning(JSON.parse(text)));
}
