import type { GateReading } from "../../canary/gate-reading.ts";
import { judgeCanary } from "../../canary/judge.ts";
import { canaryPolicy } from "../../canary/policy.ts";
import { settlementOf } from "../../canary/settled.ts";
import { MonitoringError } from "../../contracts/monitoring-error.ts";
import type { AuditRecord } from "../../contracts/self-healing/audit-record.ts";
import type { CanaryDecision } from "../../contracts/self-healing/judge-occasion.ts";
import type { PendingTask } from "../../contracts/self-healing/pending-task.ts";
import type { RunRecord } from "../../contracts/self-healing/run.ts";
import {
  CANARY_FAILED,
  RUN_PROGRESSED,
  type RunProgressed,
} from "../../contracts/self-healing/run-events.ts";
import type { BakeValue } from "../../contracts/self-healing/tasks.ts";
import { describeEndpoint } from "../endpoints.ts";
import { putOwnEvents } from "../own-events.ts";
import { putAudit, readDecision } from "../self-healing/audit.ts";
import { answerTask } from "../self-healing/executions.ts";
import { deletePending, findPending } from "../self-healing/pending-tasks.ts";
import { lookAtCanary } from "./evidence.ts";
import { type RunWithCandidate, readHeldRun, withCandidate } from "./held-run.ts";
import { type CanaryPhase, writeJudgement } from "./looks.ts";

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
  const record = withCandidate(await readHeldRun(bake.run));
  const said =
    (await readDecision(bake.run, stepOf(bake))) ??
    (await leftCanary(bake, record, atMillis)) ??
    (await judge(bake, record, atMillis));
  if (said === null) return null;
  const value: BakeValue = { outcome: asVerdict(said.decision), reason: said.reason };
  // Whatever becomes of the execution: the roll back has a way of its own.
  if (value.outcome === "roll-back") {
    await putOwnEvents(CANARY_FAILED, [{ run: bake.run, reason: value.reason }]);
  }
  await answerTask(bake.taskToken, value);
  await deletePending(bake);
  return value;
}

/**
 * Notes what a person says of a bake, unless there is a verdict, and acts on what stands then.
 *
 * @throws MonitoringError `no-canary` when nothing of the run bakes
 */
export async function decideBake(decision: CanaryDecision): Promise<BakeValue> {
  const { run, by, reason, time: at } = decision;
  const bake = await findPending("bake", run);
  if (bake === null || !isBake(bake)) {
    throw new MonitoringError(
      "no-canary",
      `run "${run}": no canary of it waits for a verdict: must be baking`,
    );
  }
  await putAudit({
    ...{ ...saidOf(bake, at), by, step: stepOf(bake), reason },
    ...{ decision: decision.decision, seen: {}, inputs: [] },
  });
  // With a verdict noted, the judge does no more than act on it.
  return (await judgeBake(bake, Date.parse(at)))!;
}

async function judge(
  bake: Bake,
  { run, definition }: RunRecord,
  atMillis: number,
): Promise<AuditRecord | null> {
  const { action: phase, step, since } = bake;
  const canary = { run, phase, definition };
  const { evidence, inputs } = await lookAtCanary(canary, Date.parse(since), atMillis);
  const judgement = judgeCanary(evidence, canaryPolicy(definition.rollout));
  const at = new Date(atMillis).toISOString();
  await writeJudgement(run, phase, { step, at, judgement });
  const { verdict, reason, asksPerson, code, withWarning, gates } = judgement;
  const noted = { ...saidOf(bake, at), reason, inputs };
  if (verdict === "hold") {
    if (asksPerson) await askPerson({ ...noted, seen: { code, ...seenOf(gates) } });
    return null;
  }
  const seen = { code, withWarning, ...seenOf(gates) };
  return await putAudit({ ...noted, step: stepOf(bake), decision: verdict, seen });
}

/** An endpoint that SageMaker, or somebody, took back has no canary any more that could be judged. */
async function leftCanary(
  bake: Bake,
  { endpoint: name, candidate }: RunWithCandidate,
  atMillis: number,
): Promise<AuditRecord | null> {
  const endpoint = await describeEndpoint(name);
  const configName = candidate.endpointConfigName;
  const { kind } = settlementOf(endpoint, { configName });
  if (kind !== "rolled-back" && kind !== "broken") return null;
  const serving = `it is ${endpoint.EndpointStatus} with "${endpoint.EndpointConfigName}"`;
  return await putAudit({
    ...saidOf(bake, new Date(atMillis).toISOString()),
    ...{ step: stepOf(bake), decision: "roll-back", seen: { kind }, inputs: [] },
    reason: `endpoint "${name}" left the canary: ${serving}, not with "${configName}"`,
  });
}

function saidOf({ run, endpoint, step, action }: Bake, at: string) {
  return { run, endpoint, at, by: "judge-canary", step: `hold-canary.${action}.${step}` };
}

function stepOf({ action, step }: Bake): string {
  return `judge-canary.${action}.${step}`;
}

function asVerdict(decision: string): BakeValue["outcome"] {
  return decision === "promote" ? "promote" : "roll-back";
}

/** Told once a step: the record of it is what keeps it from being told again. */
async function askPerson(held: Omit<AuditRecord, "decision">): Promise<void> {
  const { run, endpoint, at, reason } = held;
  const asked = await putAudit({ ...held, decision: "ask" });
  if (asked.at !== at) return;
  const progressed: RunProgressed = { run, endpoint, stage: "canary-held", reason };
  await putOwnEvents(RUN_PROGRESSED, [progressed]);
}

/** The numbers of each gate, by names such as `errors.candidateRate`; of one unmeasured only that. */
function seenOf(gates: readonly GateReading[]): AuditRecord["seen"] {
  return Object.fromEntries(
    gates.flatMap(({ gate, outcome, ...reading }) =>
      Object.entries({ outcome, ...(outcome === "unmeasured" ? {} : numbersOf(reading)) }).map(
        ([name, value]) => [`${gate}.${name}`, value] as const,
      ),
    ),
  );
}

function numbersOf(reading: Omit<GateReading, "gate" | "outcome">) {
  const { champion, candidate, difference, differenceAtMost, tolerated } = reading;
  const { harmEvidenceLog10, harmNeededLog10 } = reading;
  return {
    championSamples: champion.sampleCount,
    championRate: champion.rate,
    candidateSamples: candidate.sampleCount,
    candidateRate: candidate.rate,
    ...{ difference, differenceAtMost, tolerated, harmEvidenceLog10, harmNeededLog10 },
  };
}
