import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Crash } from "./crash.ts";
import type { CrashResult, Survey } from "./journal.ts";
import type { Answered, Asked } from "./ward-process.ts";

/** A ward on an account of its own, in another process. */
export interface FarWard {
  readonly survey: (name: string) => Promise<Survey>;
  readonly crash: (found: Survey, crash: Crash) => Promise<readonly CrashResult[]>;
  readonly close: () => Promise<void>;
}

export async function startWard(): Promise<FarWard> {
  const child = fork(fileURLToPath(new URL("ward-process.ts", import.meta.url)));
  await answerOf(child);
  const ask = async (asked: Asked): Promise<unknown> => {
    child.send(asked);
    return await answerOf(child);
  };
  return {
    survey: async (name) => (await ask({ kind: "survey", name })) as Survey,
    crash: async ({ undisturbed }, crash) =>
      (await ask({ kind: "crash", undisturbed, crash })) as readonly CrashResult[],
    close: async () => {
      if (child.exitCode !== null) return;
      const ended = once(child, "exit");
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}

async function answerOf(child: ChildProcess): Promise<unknown> {
  const gone = new AbortController();
  try {
    const answered = await Promise.race([
      once(child, "message", { signal: gone.signal }),
      once(child, "exit", { signal: gone.signal }),
    ]);
    const [said] = answered as [Answered | number | null];
    if (said === null || typeof said === "number") throw new Error(`ward: exit code ${said}`);
    if ("error" in said) throw new Error(said.error);
    return said.answer;
  } finally {
    gone.abort();
  }
}
