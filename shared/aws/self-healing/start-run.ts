import type { AuditRecord } from "../../contracts/self-healing/audit-record.ts";
import type { RunRecord } from "../../contracts/self-healing/run.ts";
import { RUN_PROGRESSED, type RunProgressed } from "../../contracts/self-healing/run-events.ts";
import { putOwnEvents } from "../own-events.ts";
import { putAudit } from "./audit.ts";
import { acquireLock, type EndpointLock, readLock } from "./endpoint-lock.ts";
import { executionArnOf, startExecution } from "./executions.ts";
import { findRun, updateRun, writeRun } from "./runs.ts";

/** A run to start, and what the decision to start it was made of. */
export interface RunStart {
  readonly record: Omit<
    RunRecord,
    "fence" | "executionArn" | "candidate" | "modelPackageArn" | "ended"
  >;
  readonly decision: Pick<AuditRecord, "seen" | "inputs">;
}

export type StartedRun =
  | { readonly outcome: "started"; readonly record: RunRecord }
  /** Another run has the endpoint. */
  | { readonly outcome: "busy"; readonly holder: string }
  /** It was started before, and came to its end. */
  | { readonly outcome: "ended"; readonly record: RunRecord };

/**
 * Starts a run under the endpoint's lock: the decision is noted, then the record written that all tasks
 * read, then the execution started under the run's name. Whoever dies between two of these leaves what
 * the same call, made again, finishes; once the record is there, the sweep does so, too.
 */
export async function startRun(
  { record, decision }: RunStart,
  nowMillis: number,
): Promise<StartedRun> {
  const { run, endpoint, reason } = record;
  const earlier = await findRun(run);
  if (earlier?.ended !== undefined) return { outcome: "ended", record: earlier };
  const lock = await takeLock(record, nowMillis);
  if (lock.run !== run) return { outcome: "busy", holder: lock.run ?? "nobody any more" };
  await putAudit({
    ...{ run, endpoint, reason, ...decision },
    ...{ step: "decide-retraining", decision: "retrain" },
    ...{ at: record.startedAt, by: record.startedBy },
  });
  const executionArn = executionArnOf(run);
  const written = await writeRun({ ...record, executionArn, fence: lock.fence });
  // Its lease was over, and it has the lock again: the fence that it began with counts no more.
  if (written.fence !== lock.fence) await updateRun(written, { fence: lock.fence });
  await startExecution(written);
  const started: RunProgressed = { run, endpoint, stage: "started", reason };
  await putOwnEvents(RUN_PROGRESSED, [started]);
  return { outcome: "started", record: { ...written, fence: lock.fence } };
}

/** A run that has not ended keeps its lock whatever the lease says: it may still have traffic. */
async function takeLock(
  { run, endpoint }: Pick<RunRecord, "run" | "endpoint">,
  nowMillis: number,
): Promise<EndpointLock> {
  const lock = await readLock(endpoint);
  if (lock !== null && lock.run !== null && lock.run !== run) {
    const holder = await findRun(lock.run);
    if (holder !== null && holder.ended === undefined) return lock;
  }
  return await acquireLock({ endpoint, run }, nowMillis);
}
