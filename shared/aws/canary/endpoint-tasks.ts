import { type Settlement, settlementOf, trafficShares } from "../../canary/settled.ts";
import type { EndpointDescription } from "../../contracts/endpoint-progress.ts";
import { MonitoringError } from "../../contracts/monitoring-error.ts";
import type { EndpointTarget, PendingTask } from "../../contracts/self-healing/pending-task.ts";
import type { RunRecord } from "../../contracts/self-healing/run.ts";
import type { EndpointValue } from "../../contracts/self-healing/tasks.ts";
import { describeEndpoint } from "../endpoints.ts";
import { answerTask } from "../self-healing/executions.ts";
import { deletePending, storePending } from "../self-healing/pending-tasks.ts";

/** A task of a run that changes the endpoint, and waits until the change is read back. */
export interface EndpointTask {
  readonly record: RunRecord;
  readonly taskToken: string;
  /** When the state was entered, ISO 8601. */
  readonly at: string;
}

/** For so long a change that does not show may still be on its way, or be made by another try. */
const GRACE_MILLIS = 600_000;

/**
 * Asks an endpoint to become something and lets the task wait for it. The task is stored first. Asked
 * again, it changes nothing that is there or under way.
 *
 * @returns what the task was answered with; null while the change is waited for
 * @throws MonitoringError `endpoint-busy` while it is another's change that is under way
 */
export async function becomes(
  task: EndpointTask,
  endpoint: EndpointDescription,
  target: EndpointTarget,
  change: () => Promise<void>,
): Promise<EndpointValue | null> {
  const pending = await storeEndpointTask(task, endpoint, target);
  const settlement = settlementOf(endpoint, target);
  if (settlement.kind === "settled" || settlement.kind === "rolled-back") {
    await change();
    return null;
  }
  if (settlement.kind === "wait") {
    requireOwn(endpoint, target);
    return null;
  }
  return await answer(pending, settledValue(endpoint, settlement));
}

/** What an endpoint's pending task has come to; null while it has to go on waiting. */
export async function readEndpointResult(
  { name, since, target, modifiedBefore }: PendingTask,
  nowMillis: number,
): Promise<EndpointValue | null> {
  if (target === undefined) return null;
  const endpoint = await describeEndpoint(name);
  const settlement = settlementOf(endpoint, target);
  if (settlement.kind === "wait") return null;
  const isUnchanged = endpoint.LastModifiedTime.toISOString() === modifiedBefore;
  const mayCome =
    settlement.kind === "settled" || (settlement.kind === "rolled-back" && isUnchanged);
  if (mayCome && nowMillis - Date.parse(since) < GRACE_MILLIS) return null;
  return settledValue(endpoint, settlement);
}

/** Answers a task that has nothing to wait for: it can never be what was asked. */
export async function answerRefused(
  { taskToken }: Pick<EndpointTask, "taskToken">,
  reason: string,
): Promise<EndpointValue> {
  const value: EndpointValue = { outcome: "broken", reason };
  await answerTask(taskToken, value);
  return value;
}

async function storeEndpointTask(
  { record, taskToken, at }: EndpointTask,
  endpoint: EndpointDescription,
  target: EndpointTarget,
): Promise<PendingTask> {
  const { run, endpoint: name } = record;
  const modifiedBefore = endpoint.LastModifiedTime.toISOString();
  const pending: PendingTask = {
    ...{ kind: "endpoint", name, run, endpoint: name, taskToken, since: at },
    ...{ target, modifiedBefore },
  };
  await storePending(pending);
  return pending;
}

async function answer(pending: PendingTask, value: EndpointValue): Promise<EndpointValue> {
  await answerTask(pending.taskToken, value);
  await deletePending(pending);
  return value;
}

function settledValue(
  endpoint: EndpointDescription,
  settlement: Exclude<Settlement, { kind: "wait" }>,
): EndpointValue {
  const name = endpoint.EndpointName;
  switch (settlement.kind) {
    case "applied": {
      const shares = [...trafficShares(endpoint)].map(([variant, share]) => {
        return `${variant} ${Number((share * 100).toFixed(2))} %`;
      });
      const serving = `it serves "${endpoint.EndpointConfigName}", ${shares.join(", ")}`;
      return { outcome: "applied", reason: `endpoint "${name}": read back: ${serving}` };
    }
    case "settled":
      return { outcome: "rolled-back", reason: `endpoint "${name}": ${settlement.reason}` };
    case "rolled-back": {
      const { servingConfigName, reason } = settlement;
      const gone = `it went back to "${servingConfigName}": ${reason}`;
      return { outcome: "rolled-back", reason: `endpoint "${name}": ${gone}` };
    }
    case "broken": {
      const { status, reason } = settlement;
      return { outcome: "broken", reason: `endpoint "${name}": status ${status}: ${reason}` };
    }
  }
}

/** Whether the change under way leads to the target: an earlier try of the same step made it. */
function requireOwn(endpoint: EndpointDescription, target: EndpointTarget): void {
  const { EndpointName: name, PendingDeploymentSummary: pending, EndpointStatus } = endpoint;
  if (pending !== undefined) {
    if (pending["EndpointConfigName"] === target.configName) return;
  } else if (settlementOf(asDesired(endpoint), target).kind === "applied") return;
  throw new MonitoringError(
    "endpoint-busy",
    `endpoint "${name}": ${EndpointStatus}: another's change must be over before the next`,
    { details: { endpoint: name } },
  );
}

/** What the endpoint will be when the change of weights that it shows is over. */
function asDesired(endpoint: EndpointDescription): EndpointDescription {
  const ProductionVariants = endpoint.ProductionVariants?.map((variant) => ({
    ...variant,
    CurrentWeight: variant.DesiredWeight,
    CurrentInstanceCount: variant.DesiredInstanceCount,
  }));
  return { ...endpoint, EndpointStatus: "InService", ProductionVariants };
}
