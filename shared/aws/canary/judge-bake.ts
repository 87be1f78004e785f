import type { GateReading } from "../../canary/gate-reading.ts";
import { type CanaryJudgement, judgeCanary } from "../../canary/judge.ts";
import { canaryPolicy } from "../../canary/policy.ts";
import type { AuditRecord } from "../../contracts/self-healing/audit-record.ts";
import type { PendingTask } from "../../contracts/self-healing/pending-task.ts";
import type { RunRecord } from "../../contracts/self-healing/run.ts";
import {
  CANARY_FAILED,
  RUN_PROGRESSED,
  type RunProgressed,
} from "../../contracts/self-healing/run-events.ts";
import type { BakeValue } from "../../contracts/self-healing/tasks.ts";
import { putOwnEvents } from "../own-events.ts";
import { putAudit } from "../self-healing/audit.ts";
import { answerTask } from "../self-healing/executions.ts";
import { deletePending } from "../self-healing/pending-tasks.ts";
import { lookAtCanary } from "./evidence.ts";
import { readHeldRun } from "./held-run.ts";
import type { CanaryPhase } from "./looks.ts";

/** A bake that waits for its verdict. */
export type Bake = PendingTask & { readonly action: CanaryPhase; readonly step: number };

export function isBake(task: PendingTask): task is Bake {
  return task.kind === "bake" && task.action !== undefined && task.step !== undefined;
}

/**
 * Judges a bake by all that was measured so far, and answers its task once there is a verdict. The
 * verdict is noted first, and what is noted stands: a judge that died after it says the same again.
 *
 * @returns null while the canary is held
 */
export async function judgeBake(bake: Bake, atMillis: number): Promise<BakeValue | null> {
  const record = await readHeldRun(bake.run);
  const judgement = await judge(bake, record, atMillis);
  if (judgement.verdict === "hold") {
    if (judgement.asksPerson) await askPerson(bake, judgement, atMillis);
    return null;
  }
  const said = await putAudit(auditOf(bake, judgement, atMillis));
  const value: BakeValue = { outcome: asVerdict(said.decision), reason: said.reason };
  const { run } = bake;
  // Whatever becomes of the execution: the roll back has a way of its own.
  if (value.outcome === "roll-back") {
    await putOwnEvents(CANARY_FAILED, [{ run, reason: value.reason }]);
  }
  await answerTask(bake.taskToken, value);
  await deletePending(bake);
  return value;
}

async function judge(
  { run, action: phase, since }: Bake,
  { definition }: RunRecord,
  atMillis: number,
): Promise<CanaryJudgement> {
  const evidence = await lookAtCanary({ run, phase, definition }, Date.parse(since), atMillis);
  return judgeCanary(evidence, canaryPolicy(definition.rollout));
}

function asVerdict(decision: string): BakeValue["outcome"] {
  return decision === "promote" ? "promote" : "roll-back";
}

/** Told once a step: the record of it is what keeps it from being told again. */
async function askPerson(
  { run, endpoint, step, action }: Bake,
  { reason, gates }: CanaryJudgement,
  atMillis: number,
): Promise<void> {
  const at = new Date(atMillis).toISOString();
  const asked = await putAudit({
    ...{ run, endpoint, at, by: "judge-canary", step: `hold-canary.${action}.${step}` },
    ...{ decision: "ask", reason, seen: seenOf(gates), inputs: [] },
  });
  if (asked.at !== at) return;
  const progressed: RunProgressed = { run, endpoint, stage: "canary-held", reason };
  await putOwnEvents(RUN_PROGRESSED, [progressed]);
}

function auditOf(
  { run, endpoint, step, action }: Bake,
  { verdict, reason, gates, withWarning, code }: CanaryJudgement,
  atMillis: number,
): AuditRecord {
  return {
    ...{ run, endpoint, at: new Date(atMillis).toISOString(), by: "judge-canary" },
    step: `judge-canary.${action}.${step}`,
    decision: verdict,
    reason,
    seen: { code, withWarning, ...seenOf(gates) },
    inputs: [],
  };
}

/** The numbers of each gate, by names such as `errors.candidate`. */
function seenOf(gates: readonly GateReading[]): AuditRecord["seen"] {
  return Object.fromEntries(
    gates.flatMap(({ gate, outcome, champion, candidate, difference, ...reading }) =>
      Object.entries({
        outcome,
        championSamples: champion.sampleCount,
        championRate: champion.rate,
        candidateSamples: candidate.sampleCount,
        candidateRate: candidate.rate,
        difference,
        differenceAtMost: reading.differenceAtMost,
        tolerated: reading.tolerated,
        harmEvidenceLog10: reading.harmEvidenceLog10,
        harmNeededLog10: reading.harmNeededLog10,
      }).map(([name, value]) => [`${gate}.${name}`, value] as const),
    ),
  );
}
