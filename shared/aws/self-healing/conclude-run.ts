import { MONITOR_CHANGED } from "../../contracts/monitor-changed.ts";
import type { RunRecord } from "../../contracts/self-healing/run.ts";
import { RUN_PROGRESSED, type RunProgressed } from "../../contracts/self-healing/run-events.ts";
import { putOwnEvents } from "../own-events.ts";
import { putAudit } from "./audit.ts";
import { releaseLock } from "./endpoint-lock.ts";
import { deletePending, listPending } from "./pending-tasks.ts";
import { unlistRun, updateRun } from "./runs.ts";

export type RunEnd = NonNullable<RunRecord["ended"]>;

/**
 * Ends a run. What it first ended as stays. Once that is written the endpoint may be another run's; all
 * that follows is repeated by the sweep until the run is off the list of those that have not ended.
 *
 * @param by who found that it ended: the state machine's task, or the sweep
 * @returns how it ended
 */
export async function concludeRun(record: RunRecord, end: RunEnd, by: string): Promise<RunEnd> {
  if (record.ended === undefined) await updateRun(record, { ended: end });
  const ended = record.ended ?? end;
  const { run, endpoint } = record;
  const { outcome, reason, at } = ended;
  await putAudit({
    ...{ run, endpoint, by, at, reason },
    ...{ step: "conclude-run", decision: outcome, seen: {}, inputs: [] },
  });
  const pending = (await listPending()).filter((task) => task.run === run);
  for (const task of pending) await deletePending(task);
  await releaseLock(record);
  const progressed: RunProgressed = { run, endpoint, stage: "ended", outcome, reason };
  await putOwnEvents(RUN_PROGRESSED, [progressed]);
  // Its variants are others than when the run began: their alarms follow.
  if (record.candidate !== undefined) await putOwnEvents(MONITOR_CHANGED, [{ endpoint }]);
  await unlistRun(run);
  return ended;
}
