import type { EndpointDescription } from "../../contracts/endpoint-progress.ts";
import type { DeploymentRecord, RunOutcome, RunRecord } from "../../contracts/self-healing/run.ts";
import type { EndpointValue } from "../../contracts/self-healing/tasks.ts";
import { planRollBack } from "../../rollback/plan.ts";
import { closeDeployment, openDeployment, readDeployments } from "../deployments.ts";
import { describeEndpoint } from "../endpoints.ts";
import { putAudit, readDecision } from "../self-healing/audit.ts";
import { concludeRun } from "../self-healing/conclude-run.ts";
import { assertHolds } from "../self-healing/endpoint-lock.ts";
import { answerTask, describeExecution } from "../self-healing/executions.ts";
import { readRun } from "../self-healing/runs.ts";
import { readLive } from "./add-candidate.ts";
import { removeGuard } from "./deploy-guarded.ts";
import { changeVariants, unlessBusy, updateEndpoint } from "./endpoint-changes.ts";
import { isGuarded, type RunWithCandidate } from "./held-run.ts";
import { finalConfigName, RECORD_DEPLOYMENT, removeChampion } from "./promote.ts";
import { forgetRollBack, type RollBackRequest } from "./roll-back-requests.ts";
import { removeScaling } from "./scaling.ts";

const BY = "roll-back-canary";

/** How a roll back ended, or that it has not. */
export type RollBackState =
  | "under-way"
  | "rolled-back"
  /** No call helps: the endpoint does not serve any more. */
  | "broken"
  /** There was no candidate, or the run had ended. */
  | "nothing-to-do"
  /** The candidate had become the champion, and stays it. */
  | "promoted";

type EndState = Exclude<RollBackState, "under-way">;

/**
 * Takes the next step of a roll back, by how the endpoint is and nothing else: first one call that gives
 * the champion all traffic, then, once that is read back, one that leaves it as the only variant. Every
 * event and the sweep ask again until it is done; then whoever waits for it is answered, and a run whose
 * execution is dead is brought to its end.
 */
export async function advanceRollBack(
  request: RollBackRequest,
  at: string,
): Promise<RollBackState> {
  const record = await readRun(request.run);
  const state = await advance(request, record);
  if (state === "under-way") return state;
  const { taskToken, reason } = request;
  if (taskToken !== undefined) await answerTask(taskToken, answerOf(state, reason));
  await concludeIfDead(record, { state, reason, at });
  await forgetRollBack(request);
  return state;
}

async function advance(
  { reason, taskToken }: RollBackRequest,
  record: RunRecord,
): Promise<RollBackState> {
  const { run, candidate, ended } = record;
  if (ended !== undefined || candidate === undefined) return "nothing-to-do";
  await assertHolds(record);
  const withCandidate = { ...record, candidate };
  // A promotion is not undone because something broke off after it, only when the state machine says so.
  const isPromoted = (await readDecision(run, RECORD_DEPLOYMENT)) !== null;
  if (isPromoted && taskToken === undefined) return await finishPromotion(withCandidate);
  return await restore(withCandidate, reason);
}

async function restore(record: RunWithCandidate, reason: string): Promise<RollBackState> {
  const { endpoint: name, champion, candidate } = record;
  const endpoint = await describeEndpoint(name);
  const { championInstanceCount: instanceCount, baseConfigName: endpointConfigName } = candidate;
  const plan = planRollBack(
    endpoint,
    {
      ...{ variant: champion.variant, endpointConfigName },
      ...(instanceCount === undefined ? {} : { instanceCount }),
    },
    isGuarded(record),
  );
  switch (plan.kind) {
    case "wait":
      return "under-way";
    case "broken":
      return "broken";
    case "weights":
      return await underWay(() => changeVariants(name, plan.weights));
    case "redeploy":
      return await underWay(() => redeploy(record));
    case "done":
      await noteRestored(record, endpoint, reason);
      if (endpoint.EndpointConfigName === endpointConfigName) {
        if (isGuarded(record)) await removeGuard(record.run);
        return "rolled-back";
      }
      return await underWay(() => redeploy(record));
  }
}

async function finishPromotion(record: RunWithCandidate): Promise<RollBackState> {
  const live = await readLive(record);
  const { EndpointStatus, EndpointConfigName } = live.endpoint;
  if (EndpointStatus !== "InService") return "under-way";
  if (EndpointConfigName === finalConfigName(record)) return "promoted";
  return await underWay(() => removeChampion(record, live));
}

/** Back to the configuration of before, in which the candidate is not: it must not scale any more. */
async function redeploy(record: RunWithCandidate): Promise<void> {
  const { endpoint, candidate } = record;
  const { variant, baseConfigName } = candidate;
  if (!isGuarded(record)) await removeScaling({ endpoint, variant });
  await updateEndpoint(endpoint, baseConfigName);
}

async function underWay(change: () => Promise<void>): Promise<"under-way"> {
  await unlessBusy(change);
  return "under-way";
}

/** The champion carries all traffic again: from then on it is what the timeline says. */
async function noteRestored(
  { run, endpoint: name, champion }: RunRecord,
  { LastModifiedTime, EndpointConfigName }: EndpointDescription,
  reason: string,
): Promise<void> {
  const at = LastModifiedTime.toISOString();
  const noted = await putAudit({
    ...{ run, endpoint: name, at, by: BY, step: "roll-back", decision: "rolled-back" },
    reason: `${reason}; the champion carries all traffic since ${at}, read back`,
    seen: { variant: champion.variant, endpointConfigName: EndpointConfigName ?? null },
    inputs: [],
  });
  // What was noted first stands: the clean-up changes the endpoint once more.
  const from = noted.at;
  const deployments = await readDeployments(name);
  for (const deployment of deployments.filter((known) => known.run === run)) {
    await closeDeployment(deployment, from);
  }
  const others = deployments.filter((known) => known.run !== run);
  if (others.some(({ to }) => to === undefined)) return;
  const last = others.findLast(({ variant }) => variant === champion.variant);
  const { to: _, ...before }: Partial<DeploymentRecord> = last ?? {};
  await openDeployment({ ...champion, ...before, endpoint: name, from });
}

function answerOf(state: EndState, reason: string): EndpointValue {
  const ends: Readonly<Record<EndState, string>> = {
    "rolled-back": "the champion serves alone",
    broken: "not rolled back: the endpoint does not serve",
    "nothing-to-do": "nothing to roll back",
    promoted: "not rolled back: the challenger was promoted",
  };
  const isFailed = state === "broken" || state === "promoted";
  return { outcome: isFailed ? "broken" : "applied", reason: `${ends[state]}: ${reason}` };
}

const OUTCOMES: Readonly<Record<EndState, RunOutcome>> = {
  "rolled-back": "rolled-back",
  broken: "failed",
  "nothing-to-do": "failed",
  promoted: "promoted",
};

/** While the state machine is alive it says itself how the run ends. */
async function concludeIfDead(
  record: RunRecord,
  { state, reason, at }: { state: EndState; reason: string; at: string },
): Promise<void> {
  if (record.ended !== undefined) return;
  const execution = await describeExecution(record.run);
  if (execution === null || execution.status === "RUNNING") return;
  const why = `${answerOf(state, reason).reason}; execution ${execution.status}`;
  await concludeRun(record, { outcome: OUTCOMES[state], reason: why, at }, BY);
}
