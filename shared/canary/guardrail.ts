import { durationMillis } from "../contracts/duration.ts";
import { MonitoringError } from "../contracts/monitoring-error.ts";
import type { RolloutDefinition } from "../contracts/rollout-definition.ts";

/** SageMaker's limits of a guarded deployment. */
const BAKE_SECONDS_MAX = 3600;
const EXECUTION_SECONDS = { least: 600, most: 28_800 };
const ALARM_COUNT_MAX = 10;
/** For starting the fleet, and for what SageMaker does between its waits. */
const MARGIN_SECONDS = 3600;
/** How long the old fleet is kept after all traffic moved. */
const TERMINATION_WAIT_SECONDS = 600;

/**
 * DeploymentConfig of UpdateEndpoint for a canary that SageMaker itself bakes, and rolls back on alarm.
 *
 * It counts instances, not requests: the canary is a whole number of them and at most half.
 *
 * @param alarms names of CloudWatch alarms, 1 to 10
 * @throws MonitoringError `guardrail-impossible` when SageMaker's limits do not allow it
 */
export function guardedDeployment(
  { steps, bake }: Pick<RolloutDefinition, "steps" | "bake">,
  instanceCount: number,
  alarms: readonly string[],
) {
  const bakeSeconds = durationMillis(bake) / 1000;
  if (instanceCount < 2) {
    throw impossible(`${instanceCount} instance: at least 2 are needed, for half is the most`);
  }
  if (bakeSeconds > BAKE_SECONDS_MAX) {
    throw impossible(`bake of ${bakeSeconds} s: ${BAKE_SECONDS_MAX} s are the most`);
  }
  if (alarms.length < 1 || alarms.length > ALARM_COUNT_MAX) {
    throw impossible(`${alarms.length} alarms: must be 1 to ${ALARM_COUNT_MAX}`);
  }
  const wished = Math.round((instanceCount * steps[0]!) / 100);
  const canaryCount = Math.min(Math.max(1, wished), Math.floor(instanceCount / 2));
  const executionSeconds = bakeSeconds + TERMINATION_WAIT_SECONDS + MARGIN_SECONDS;
  return {
    BlueGreenUpdatePolicy: {
      TrafficRoutingConfiguration: {
        Type: "CANARY",
        WaitIntervalInSeconds: bakeSeconds,
        CanarySize: { Type: "INSTANCE_COUNT", Value: canaryCount },
      },
      TerminationWaitInSeconds: TERMINATION_WAIT_SECONDS,
      MaximumExecutionTimeoutInSeconds: Math.min(
        EXECUTION_SECONDS.most,
        Math.max(EXECUTION_SECONDS.least, executionSeconds),
      ),
    },
    AutoRollbackConfiguration: { Alarms: alarms.map((AlarmName) => ({ AlarmName })) },
  } as const;
}

function impossible(rule: string): MonitoringError {
  return new MonitoringError("guardrail-impossible", `rollout by guardrail: ${rule}`);
}
