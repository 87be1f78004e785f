import { settlementOf } from "../../canary/settled.ts";
import { MONITOR_CHANGED } from "../../contracts/monitor-changed.ts";
import { RUN_PROGRESSED, type RunProgressed } from "../../contracts/self-healing/run-events.ts";
import {
  planRestoration,
  type Restoration,
  restoredConfig,
  restoredConfigName,
} from "../../rollback/plan-restoration.ts";
import { closeDeployment, openDeployment, readDeployments } from "../deployments.ts";
import {
  createEndpointConfig,
  describeEndpoint,
  describeEndpointConfig,
  listTags,
} from "../endpoints.ts";
import { listMonitorRecords } from "../monitor-records.ts";
import { putOwnEvents } from "../own-events.ts";
import { putAudit } from "../self-healing/audit.ts";
import { acquireLock, type EndpointLock, releaseLock } from "../self-healing/endpoint-lock.ts";
import { unlessBusy, updateEndpoint } from "./endpoint-changes.ts";
import {
  forgetRestoration,
  listRestorations,
  putRestoration,
  type RestorationRequest,
} from "./restorations.ts";
import { applyScaling, readScaling, removeScaling } from "./scaling.ts";

export type RestorationState = "under-way" | "waiting-for-lock" | "restored" | "nothing-to-do";

export interface AdvancedRestoration {
  readonly endpoint: string;
  readonly state: RestorationState;
}

/** Lists the endpoints that serve a version rejected after all, by our own record of what serves. */
export async function requestRestorations(modelPackageArn: string, since: string): Promise<void> {
  for (const { endpoint } of await listMonitorRecords()) {
    const found = planRestoration(await readDeployments(endpoint), modelPackageArn);
    if (found === null) continue;
    const scaling = await readScaling({ endpoint, variant: found.rejected.variant });
    await putRestoration({ endpoint, modelPackageArn, since, scaling });
  }
}

/** Takes the next step of every restoration, of one endpoint or of all. */
export async function advanceRestorations(
  at: string,
  endpoint?: string,
): Promise<AdvancedRestoration[]> {
  const requests = await listRestorations();
  const advanced: AdvancedRestoration[] = [];
  for (const request of requests) {
    if (endpoint !== undefined && request.endpoint !== endpoint) continue;
    advanced.push({ endpoint: request.endpoint, state: await advance(request, at) });
  }
  return advanced;
}

/** Under the endpoint's lock: while a run has it, that comes to its end first. */
async function advance(request: RestorationRequest, at: string): Promise<RestorationState> {
  const { endpoint, modelPackageArn } = request;
  const deployments = await readDeployments(endpoint);
  const restoration = planRestoration(deployments, modelPackageArn);
  if (restoration === null) {
    await forgetRestoration(endpoint);
    return "nothing-to-do";
  }
  const run = restoredConfigName(restoration);
  const lock = await acquireLock({ endpoint, run }, Date.parse(at));
  if (lock.run !== run) return "waiting-for-lock";
  const state = await restore(request, restoration);
  if (state === "restored") await finish(request, restoration, lock);
  return state;
}

async function restore(
  { endpoint: name, scaling }: RestorationRequest,
  restoration: Restoration,
): Promise<"under-way" | "restored"> {
  const { rejected, previous } = restoration;
  const configName = restoredConfigName(restoration);
  const endpoint = await describeEndpoint(name);
  const settlement = settlementOf(endpoint, { configName });
  if (settlement.kind === "wait") return "under-way";
  if (settlement.kind === "applied") {
    if (scaling !== null)
      await applyScaling({ endpoint: name, variant: previous.variant }, scaling);
    return "restored";
  }
  const config = await describeEndpointConfig(endpoint.EndpointConfigName ?? "");
  const before = await describeEndpointConfig(previous.endpointConfigName);
  const live = { endpoint, config, champion: rejected.variant };
  await unlessBusy(async () => {
    await removeScaling({ endpoint: name, variant: rejected.variant });
    const tags = await listTags(String(config["EndpointConfigArn"]));
    await createEndpointConfig(configName, restoredConfig(live, restoration, before), tags);
    await updateEndpoint(name, configName);
  });
  return "under-way";
}

async function finish(
  { endpoint: name, modelPackageArn }: RestorationRequest,
  restoration: Restoration,
  { fence }: EndpointLock,
): Promise<void> {
  const { rejected, previous } = restoration;
  const endpointConfigName = restoredConfigName(restoration);
  const { LastModifiedTime } = await describeEndpoint(name);
  const at = LastModifiedTime.toISOString();
  const { to: _, ...served } = previous;
  const reason =
    `${modelPackageArn} was rejected while it served "${name}"; ` +
    `variant "${previous.variant}" serves again since ${at}, read back`;
  const run = rejected.run ?? endpointConfigName;
  await putAudit({
    ...{ run, endpoint: name, at, by: "roll-back-canary", step: "restore-version" },
    ...{ decision: "rolled-back", reason, seen: { variant: previous.variant } },
    inputs: [{ key: modelPackageArn }],
  });
  await openDeployment({ ...served, from: at, endpointConfigName });
  await putOwnEvents(MONITOR_CHANGED, [{ endpoint: name }]);
  const ended = { run, endpoint: name, stage: "ended", outcome: "rolled-back", reason } as const;
  await putOwnEvents(RUN_PROGRESSED, [ended satisfies RunProgressed]);
  await releaseLock({ endpoint: name, run: endpointConfigName, fence });
  // What ends the restoration comes last: who dies before it does all of this once more.
  await closeDeployment(rejected, at);
  await forgetRestoration(name);
}
