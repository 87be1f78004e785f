import { callFunction } from "../../../shared/aws/functions.ts";
import { readAudit } from "../../../shared/aws/self-healing/audit.ts";
import { listRuns } from "../../../shared/aws/self-healing/runs.ts";
import type { AuditRecord } from "../../../shared/contracts/self-healing/audit-record.ts";
import { scheduledEvent } from "../plan-at.ts";
import type { Scene } from "../scene.ts";
import { waitFor } from "../wait-for.ts";

/** In place of the five minutes of the schedule. */
const SWEPT_EVERY_MILLIS = 2_000;
const LIMIT_SECONDS = 120;

/** A run that is looked on: what it decides is told while one waits for something. */
export interface FollowedRun {
  readonly run: string;
  /** All so far, in the order in which they came; their own times may be ahead of the clock. */
  readonly decisions: readonly AuditRecord[];
  readonly until: <T>(what: string, ask: () => Promise<T | undefined>) => Promise<T>;
}

/** The run that the deployed functions start for an endpoint by themselves, once it is there. */
export async function followRun(scene: Scene, endpoint: string): Promise<FollowedRun> {
  const { run } = await waitFor("a retraining run", async () => (await listRuns(endpoint, ""))[0]);
  const decisions: AuditRecord[] = [];
  const tellNew = async (): Promise<void> => {
    for (const record of await readAudit(run)) {
      const { step, decision, reason } = record;
      if (decisions.some((told) => told.step === step)) continue;
      decisions.push(record);
      scene.narrator.say(`${step}: ${decision}: ${reason}`);
    }
  };
  let sweptMillis = performance.now();
  const sweepWhenDue = async (): Promise<void> => {
    if (performance.now() - sweptMillis < SWEPT_EVERY_MILLIS) return;
    await sweep();
    sweptMillis = performance.now();
  };
  const until: FollowedRun["until"] = async (what, ask) => {
    const found = await waitFor(
      what,
      async () => {
        await tellNew();
        await sweepWhenDue();
        return await ask();
      },
      LIMIT_SECONDS,
    );
    await tellNew();
    return found;
  };
  return { run, decisions, until };
}

/** What EventBridge does every five minutes: whatever no event has told of is found. */
async function sweep(): Promise<void> {
  const event = scheduledEvent(new Date().toISOString());
  await callFunction("local", "resume-execution", event);
  await callFunction("local", "roll-back-canary", event);
}
