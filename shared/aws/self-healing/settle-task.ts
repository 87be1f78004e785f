import type { PendingKind, PendingTask } from "../../contracts/self-healing/pending-task.ts";
import type { TaskValue } from "../../contracts/self-healing/tasks.ts";
import { settleApproval } from "../approvals/decide-approval.ts";
import { remindOfApproval } from "../approvals/remind-of-approval.ts";
import { readEndpointResult } from "../canary/endpoint-tasks.ts";
import { JOB_KINDS, type JobKind, readJobResult } from "../training/job-results.ts";
import { answerTask } from "./executions.ts";
import { deletePending } from "./pending-tasks.ts";

/**
 * Answers a task that waits when what it waits for is over. One that nobody waits for any more is
 * forgotten as well.
 *
 * @returns what it was answered with; null while it has to go on waiting
 */
export async function settleTask(
  task: PendingTask,
  nowMillis: number,
): Promise<TaskValue<string> | null> {
  const value = await readValue(task, nowMillis);
  if (value === null) {
    if (task.kind === "approval") await remindOfApproval(task.name, nowMillis);
    return null;
  }
  await answerTask(task.taskToken, value);
  await deletePending(task);
  return value;
}

async function readValue(task: PendingTask, nowMillis: number): Promise<TaskValue<string> | null> {
  const { kind, name, run } = task;
  if (isJob(kind)) return await readJobResult({ kind, name, run });
  if (kind === "endpoint") return await readEndpointResult(task, nowMillis);
  if (kind === "approval") return await settleApproval(name, nowMillis);
  // A bake is judged, and answered, by judge-canary alone.
  return null;
}

function isJob(kind: PendingKind): kind is JobKind {
  return JOB_KINDS.some((job) => job === kind);
}
