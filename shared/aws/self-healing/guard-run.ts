import type { RunRecord } from "../../contracts/self-healing/run.ts";
import { concludeRun, type RunEnd } from "./conclude-run.ts";
import { readLock, releaseLock, renewLock } from "./endpoint-lock.ts";
import { describeExecution, type ExecutionState, startExecution } from "./executions.ts";
import { findRun, type UnendedRun, unlistRun } from "./runs.ts";

const BY = "resume-execution";

/** What the sweep found of a run, and made of it. */
export type GuardedRun = "starting" | "running" | "rolling-back" | "concluded" | "forgotten";

/**
 * Sees that a run on the list of unended ones comes to an end, whatever died on its way: one whose
 * execution was never started is started, one whose execution broke off is rolled back and then
 * concluded, one whose end was written to its half is concluded to the last step.
 */
export async function guardRun(unended: UnendedRun, nowMillis: number): Promise<GuardedRun> {
  const record = await findRun(unended.run);
  if (record === null) return await forgetUnwritten(unended, nowMillis);
  if (record.ended !== undefined) {
    await concludeRun(record, record.ended, BY);
    return "concluded";
  }
  const execution = await describeExecution(record.run);
  if (execution === null) {
    await startExecution(record);
    return "starting";
  }
  if (execution.status === "RUNNING") {
    await renewLock(record, nowMillis);
    return "running";
  }
  return await endBrokenOff(record, execution, new Date(nowMillis).toISOString());
}

/** Whoever began to start it may still come back to it, as long as the lease lasts. */
async function forgetUnwritten(
  { run, endpoint }: UnendedRun,
  nowMillis: number,
): Promise<GuardedRun> {
  const lock = await readLock(endpoint);
  if (lock?.run === run) {
    if (lock.leaseUntilMillis >= nowMillis) return "starting";
    await releaseLock({ endpoint, run, fence: lock.fence });
  }
  await unlistRun(run);
  return "forgotten";
}

/** Whatever has traffic goes back before the endpoint is free for another run. */
async function endBrokenOff(
  record: RunRecord,
  { status, reason }: ExecutionState,
  at: string,
): Promise<GuardedRun> {
  if (record.candidate !== undefined) return "rolling-back";
  const end: RunEnd = { outcome: "failed", reason: `execution ${status}: ${reason}`, at };
  await concludeRun(record, end, BY);
  return "concluded";
}
