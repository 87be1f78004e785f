import { finalConfig, type LiveEndpoint } from "../../canary/plan.ts";
import { settlementOf } from "../../canary/settled.ts";
import { sharesAt } from "../../canary/steps.ts";
import { MonitoringError } from "../../contracts/monitoring-error.ts";
import { rolloutConfigName } from "../../contracts/self-healing/resource-names.ts";
import type { EndpointValue } from "../../contracts/self-healing/tasks.ts";
import { closeDeployment, openDeployment, readDeployments } from "../deployments.ts";
import { createEndpointConfig, describeEndpoint, listTags } from "../endpoints.ts";
import { putAudit } from "../self-healing/audit.ts";
import { championInstances, readLive, withRunTags } from "./add-candidate.ts";
import { removeGuard } from "./deploy-guarded.ts";
import { changeVariants, updateEndpoint } from "./endpoint-changes.ts";
import { becomes, type EndpointTask } from "./endpoint-tasks.ts";
import {
  candidateDeployment,
  isGuarded,
  type RunWithCandidate,
  readHeldRun,
  withCandidate,
} from "./held-run.ts";
import { applyScaling, readScaling, removeScaling } from "./scaling.ts";
import { shiftTraffic } from "./shift-traffic.ts";

/** Gives the candidate as many instances as the champion has, before it gets all traffic. */
export async function scaleCandidate(task: EndpointTask): Promise<EndpointValue | null> {
  const { endpoint, candidate } = withCandidate(task.record);
  const live = await readLive(task.record);
  const count = championInstances(live) ?? 1;
  const target = {
    configName: candidate.endpointConfigName,
    instanceCounts: { [candidate.variant]: count },
  };
  return await becomes(task, live.endpoint, target, () =>
    changeVariants(endpoint, [{ VariantName: candidate.variant, DesiredInstanceCount: count }]),
  );
}

/** Gives the candidate all traffic; from here on it scales as the champion did. */
export async function giveAllTraffic(task: EndpointTask): Promise<EndpointValue | null> {
  const { endpoint, champion, candidate } = withCandidate(task.record);
  const of = (variant: string) => ({ endpoint, variant });
  const scaling = await readScaling(of(champion.variant));
  if (scaling !== null) await applyScaling(of(candidate.variant), scaling);
  return await shiftTraffic(task, 100);
}

/** The step in the audit after which a run's candidate is the champion, whatever comes then. */
export const RECORD_DEPLOYMENT = "record-deployment";

/**
 * Switches the deployment timeline to the candidate, and the baseline of its windows with it, once it is
 * read back that all traffic is the candidate's.
 *
 * @throws MonitoringError `not-promoted` when it is not
 */
export async function recordDeployment(run: string, at: string): Promise<EndpointValue> {
  const record = withCandidate(await readHeldRun(run));
  const { endpoint: name, champion, candidate } = record;
  const endpoint = await describeEndpoint(name);
  const variants = { champion: champion.variant, candidate: candidate.variant };
  const settlement = settlementOf(endpoint, {
    configName: candidate.endpointConfigName,
    ...(isGuarded(record) ? {} : { shares: sharesAt(100, variants) }),
  });
  if (settlement.kind !== "applied") {
    throw new MonitoringError(
      "not-promoted",
      `run "${run}": the endpoint is ${JSON.stringify(settlement)}: all traffic must be the candidate's`,
      { details: { run } },
    );
  }
  const from = endpoint.LastModifiedTime.toISOString();
  await switchTimeline(record, from);
  const reason = `the challenger carries all traffic of "${name}" since ${from}, read back`;
  await putAudit({
    ...{ run, endpoint: name, at, by: "promote-canary", step: RECORD_DEPLOYMENT },
    ...{ decision: "promoted", reason, seen: { variant: candidate.variant, from } },
    inputs: [{ key: record.modelPackageArn ?? candidate.modelName }],
  });
  return { outcome: "applied", reason };
}

async function switchTimeline(record: RunWithCandidate, from: string): Promise<void> {
  const deployments = await readDeployments(record.endpoint);
  const open = deployments.filter(({ to }) => to === undefined);
  for (const deployment of open) {
    if (deployment.run !== record.run) await closeDeployment(deployment, from);
  }
  if (open.some(({ run }) => run === record.run)) return;
  await openDeployment(candidateDeployment(record, from));
}

/** Leaves the candidate as the endpoint's only variant. */
export async function cleanUp(task: EndpointTask): Promise<EndpointValue | null> {
  const record = withCandidate(task.record);
  if (isGuarded(record)) await removeGuard(record.run);
  const live = await readLive(record);
  const target = { configName: finalConfigName(record) };
  return await becomes(task, live.endpoint, target, () => removeChampion(record, live));
}

/** Under a guardrail there never was a second variant. */
export function finalConfigName(record: RunWithCandidate): string {
  if (isGuarded(record)) return record.candidate.endpointConfigName;
  return rolloutConfigName(record.run, "final");
}

/**
 * Updates the endpoint to the candidate alone. The old configuration and its model stay, to go back to. A
 * variant that scales must be taken from scaling before it is removed.
 */
export async function removeChampion(record: RunWithCandidate, live: LiveEndpoint): Promise<void> {
  const { endpoint, champion, candidate } = record;
  const configName = finalConfigName(record);
  await removeScaling({ endpoint, variant: champion.variant });
  const tags = await listTags(String(live.config["EndpointConfigArn"]));
  const content = finalConfig(live, candidate.variant);
  await createEndpointConfig(configName, content, withRunTags(tags, record));
  await updateEndpoint(endpoint, configName);
}
