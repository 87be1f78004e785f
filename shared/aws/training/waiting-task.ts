import type { PendingTask } from "../../contracts/self-healing/pending-task.ts";
import type { RunRecord } from "../../contracts/self-healing/run.ts";
import type { TaskValue } from "../../contracts/self-healing/tasks.ts";
import { answerTask } from "../self-healing/executions.ts";
import { deletePending, storePending } from "../self-healing/pending-tasks.ts";
import type { JobKind } from "./job-results.ts";

/** A task of a run that waits for a job. */
export interface WaitingTask {
  readonly record: RunRecord;
  readonly taskToken: string;
  /** When the state asked, ISO 8601. */
  readonly at: string;
}

/** Stores a task under the job that it waits for. */
export async function awaitJob(
  { record, taskToken, at }: WaitingTask,
  kind: JobKind,
  name: string,
): Promise<PendingTask> {
  const { run, endpoint } = record;
  const pending: PendingTask = { kind, name, run, endpoint, taskToken, since: at };
  await storePending(pending);
  return pending;
}

/** Answers a task that has nothing to wait for. */
export async function answerNow<Value extends TaskValue<string>>(
  taskToken: string,
  value: Value,
  pending?: PendingTask,
): Promise<Value> {
  await answerTask(taskToken, value);
  if (pending !== undefined) await deletePending(pending);
  return value;
}
