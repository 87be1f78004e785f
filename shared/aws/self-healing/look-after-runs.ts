import { MonitoringError } from "../../contracts/monitoring-error.ts";
import type { PendingTask } from "../../contracts/self-healing/pending-task.ts";
import type { TaskValue } from "../../contracts/self-healing/tasks.ts";
import type { WakeUp } from "../../contracts/self-healing/wake-up.ts";
import { logger } from "../handlers.ts";
import { type GuardedRun, guardRun } from "./guard-run.ts";
import { findPending, listPending } from "./pending-tasks.ts";
import { listUnendedRuns, type UnendedRun } from "./runs.ts";
import { settleTask } from "./settle-task.ts";

type Answered = Pick<PendingTask, "run" | "kind" | "name"> & TaskValue<string>;
type Guarded = UnendedRun & { readonly state: GuardedRun };

/**
 * Looks at the tasks and runs that a wake-up is about. Each for itself: one that fails keeps no other
 * from going on, and the whole is looked at again.
 */
export async function lookAfterRuns({ about, nowMillis }: WakeUp): Promise<{
  readonly answered: readonly Answered[];
  readonly guarded: readonly Guarded[];
}> {
  const [tasks, runs] = [await tasksOf(about), await runsOf(about)];
  const answered = await each(tasks, async (task): Promise<Answered[]> => {
    const { run, kind, name } = task;
    const value = await settleTask(task, nowMillis);
    return value === null ? [] : [{ run, kind, name, ...value }];
  });
  const guarded = await each(runs, async (run): Promise<Guarded[]> => {
    const state = await guardRun(run, nowMillis);
    return state === "running" ? [] : [{ ...run, state }];
  });
  const failedCount = answered.failedCount + guarded.failedCount;
  if (failedCount === 0) return { answered: answered.done, guarded: guarded.done };
  throw new MonitoringError(
    "runs-not-looked-after",
    `runs: ${failedCount} of ${tasks.length + runs.length} failed: must all be looked after`,
  );
}

async function tasksOf(about: WakeUp["about"]): Promise<PendingTask[]> {
  if (about === null) return await listPending();
  if ("run" in about) return [];
  const task = await findPending(about.kind, about.name);
  return task === null ? [] : [task];
}

async function runsOf(about: WakeUp["about"]): Promise<UnendedRun[]> {
  if (about === null) return await listUnendedRuns();
  if (!("run" in about)) return [];
  return (await listUnendedRuns()).filter(({ run }) => run === about.run);
}

async function each<Thing, Done>(
  things: readonly Thing[],
  work: (thing: Thing) => Promise<Done[]>,
): Promise<{ readonly done: readonly Done[]; readonly failedCount: number }> {
  const ends = await Promise.allSettled(things.map(work));
  const failed = ends.filter((end) => end.status === "rejected");
  for (const { reason } of failed) logger.error("not looked after", { error: reason });
  const done = ends.flatMap((end) => (end.status === "fulfilled" ? end.value : []));
  return { done, failedCount: failed.length };
}
