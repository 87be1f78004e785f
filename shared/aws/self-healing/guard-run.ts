import type { RunRecord } from "../../contracts/self-healing/run.ts";
import { requestRollBack } from "../canary/roll-back-requests.ts";
import { concludeRun } from "./conclude-run.ts";
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

/** Whatever may have traffic goes back first; roll-back-canary concludes the run when that is read back. */
async function endBrokenOff(
  record: RunRecord,
  { status, reason: cause }: ExecutionState,
  at: string,
): Promise<GuardedRun> {
  const { run, endpoint, candidate } = record;
  const reason = `execution ${status}: ${cause}`;
  if (candidate !== undefined) {
    await requestRollBack({ run, endpoint, reason, since: at });
    return "rolling-back";
  }
  await concludeRun(record, { outcome: "failed", reason, at }, BY);
  return "concluded";
}
