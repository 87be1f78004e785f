import { bakedPercents, sharesAt, weightsOf } from "../../canary/steps.ts";
import { MonitoringError } from "../../contracts/monitoring-error.ts";
import type { EndpointValue } from "../../contracts/self-healing/tasks.ts";
import { describeEndpoint } from "../endpoints.ts";
import { changeVariants } from "./endpoint-changes.ts";
import { becomes, type EndpointTask } from "./endpoint-tasks.ts";
import { withCandidate } from "./held-run.ts";

/** Gives the candidate the share of the traffic of one step of the rollout. */
export async function shiftToStep(task: EndpointTask, step: number): Promise<EndpointValue | null> {
  const percents = bakedPercents(task.record.definition.rollout);
  const percent = percents[step];
  if (percent === undefined) {
    throw new MonitoringError(
      "no-such-step",
      `step ${step}: the rollout has ${percents.length} before the last: must be one of them`,
    );
  }
  return await shiftTraffic(task, percent);
}

/** Shifts weights in one call, which needs no new instances. */
export async function shiftTraffic(
  task: EndpointTask,
  percent: number,
): Promise<EndpointValue | null> {
  const { endpoint: name, champion, candidate } = withCandidate(task.record);
  const endpoint = await describeEndpoint(name);
  const variants = { champion: champion.variant, candidate: candidate.variant };
  const shares = sharesAt(percent, variants);
  const target = { configName: candidate.endpointConfigName, shares };
  return await becomes(task, endpoint, target, () => changeVariants(name, weightsOf(shares)));
}
