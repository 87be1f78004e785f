import { guardAlarmNames, guardAlarms } from "../../alarm/guard-alarms.ts";
import { guardedDeployment } from "../../canary/guardrail.ts";
import { guardedConfig } from "../../canary/plan.ts";
import { MonitoringError } from "../../contracts/monitoring-error.ts";
import { rolloutConfigName } from "../../contracts/self-healing/resource-names.ts";
import type { EndpointValue } from "../../contracts/self-healing/tasks.ts";
import { deleteAlarms, putAlarm } from "../alarms.ts";
import { createEndpointConfig, listTags } from "../endpoints.ts";
import { updateRun } from "../self-healing/runs.ts";
import { stageText } from "../stage.ts";
import {
  championInstances,
  createCandidateModel,
  planned,
  readLive,
  withRunTags,
} from "./add-candidate.ts";
import { updateEndpoint } from "./endpoint-changes.ts";
import { answerRefused, becomes, type EndpointTask } from "./endpoint-tasks.ts";

/**
 * Puts the challenger under the champion's own variant by a deployment that SageMaker bakes, and rolls back
 * by itself when one of the new fleet's alarms is raised.
 *
 * @returns what the task was answered with; null while the change is waited for
 */
export async function deployGuarded(task: EndpointTask): Promise<EndpointValue | null> {
  const { record } = task;
  const { run, endpoint: name, champion, definition } = record;
  const live = await readLive(record);
  const configName = rolloutConfigName(run, "guarded");
  const target = { configName };
  const baseConfigName = live.endpoint.EndpointConfigName ?? "";
  if (baseConfigName === configName) return await becomes(task, live.endpoint, target, nothing);
  const { modelName } = await createCandidateModel(record);
  const guarded = { run, variant: champion.variant, configName };
  const alarms = guardAlarms({ stage: stageText("stage"), definition }, guarded);
  const count = championInstances(live) ?? 1;
  const guard = planned(() => ({
    content: guardedConfig(live, modelName),
    deployment: guardedDeployment(
      definition.rollout,
      count,
      alarms.map((alarm) => alarm.name),
    ),
  }));
  if (guard instanceof MonitoringError) return await answerRefused(task, guard.message);
  await updateRun(record, {
    candidate: {
      ...{ variant: champion.variant, modelName, endpointConfigName: configName },
      ...{ baseConfigName, championInstanceCount: count },
    },
  });
  return await becomes(task, live.endpoint, target, async () => {
    // SageMaker refuses a deployment whose alarms are not there.
    for (const alarm of alarms) await putAlarm(alarm, null);
    const tags = await listTags(String(live.config["EndpointConfigArn"]));
    await createEndpointConfig(configName, guard.content, withRunTags(tags, record));
    await updateEndpoint(name, configName, guard.deployment);
  });
}

/** The alarms of a guarded deployment that is over. */
export async function removeGuard(run: string): Promise<void> {
  await deleteAlarms(guardAlarmNames(stageText("stage"), run));
}

async function nothing(): Promise<void> {}
