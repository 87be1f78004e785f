import type { DeploymentConfig } from "@aws-sdk/client-sagemaker";
import { requireAtLeastOne, requireOneOf } from "../operations/training-job-rules.ts";
import { validationException } from "../service-error.ts";
import type { Deployment } from "../state.ts";
import { brokenConstraint, requireList, requireText } from "../validation.ts";
import { instancesOf } from "./stages.ts";

const WAIT_SECONDS_MAX = 3600;
const EXECUTION_SECONDS_MIN = 600;
const EXECUTION_SECONDS_MAX = 28_800;
const ALARM_COUNT_MAX = 10;

/** What SageMaker demands of a guarded update: of its numbers, and of the two configurations. */
export function requireGuardrail(
  config: DeploymentConfig,
  { from, to }: { readonly from: Deployment; readonly to: Deployment },
): void {
  const { BlueGreenUpdatePolicy: policy, AutoRollbackConfiguration: rollback } = config;
  if (config.RollingUpdatePolicy !== undefined || policy === undefined) {
    throw validationException("Only BlueGreenUpdatePolicy is simulated.");
  }
  const { TrafficRoutingConfiguration: routing } = policy;
  const member = "deploymentConfig.blueGreenUpdatePolicy";
  requireOneOf(routing?.Type, `${member}.trafficRoutingConfiguration.type`, [
    "ALL_AT_ONCE",
    "CANARY",
    "LINEAR",
  ]);
  requireWithin(
    routing?.WaitIntervalInSeconds,
    `${member}.waitIntervalInSeconds`,
    0,
    WAIT_SECONDS_MAX,
  );
  const wait = policy.TerminationWaitInSeconds ?? 0;
  requireWithin(wait, `${member}.terminationWaitInSeconds`, 0, WAIT_SECONDS_MAX);
  const execution = policy.MaximumExecutionTimeoutInSeconds ?? EXECUTION_SECONDS_MIN;
  const timeout = `${member}.maximumExecutionTimeoutInSeconds`;
  requireWithin(execution, timeout, EXECUTION_SECONDS_MIN, EXECUTION_SECONDS_MAX);
  if (rollback !== undefined) {
    const alarms = requireList(
      rollback.Alarms,
      "autoRollbackConfiguration.alarms",
      ALARM_COUNT_MAX,
    );
    for (const { AlarmName } of alarms) requireText(AlarmName, "alarms.member.alarmName");
  }
  requireSameVariants(from, to);
  if (routing?.Type === "CANARY")
    requireSize(routing.CanarySize, instanceCountOf(to), "CanarySize");
  if (routing?.Type === "LINEAR") {
    requireSize(routing.LinearStepSize, instanceCountOf(to), "LinearStepSize");
  }
}

export function instanceCountOf({ variants }: Deployment): number {
  return variants.reduce((sum, { desiredInstanceCount = 0 }) => sum + desiredInstanceCount, 0);
}

/** The unit is an instance: half of the fleet at most, one at least. */
function requireSize(
  size: { Type?: string | undefined; Value?: number | undefined } | undefined,
  instanceCount: number,
  name: string,
): void {
  requireOneOf(size?.Type, `${name}.type`, ["INSTANCE_COUNT", "CAPACITY_PERCENT"]);
  requireAtLeastOne(size?.Value, `${name}.value`);
  if (instancesOf(size!, instanceCount) * 2 <= instanceCount) return;
  throw validationException(
    `${name} must be less than or equal to 50 percent of the capacity of ${instanceCount} instance(s).`,
  );
}

function requireSameVariants(from: Deployment, to: Deployment): void {
  const [old, next] = [from, to].map(({ variants }) => variants.map(({ name }) => name).sort());
  if (String(old) === String(next)) return;
  throw validationException(
    `Variant names must not change with a deployment configuration: [${old}], [${next}].`,
  );
}

function requireWithin(value: number | undefined, member: string, from: number, to: number): void {
  if (value !== undefined && Number.isInteger(value) && value >= from && value <= to) return;
  throw brokenConstraint(value, member, `Member must be between ${from} and ${to}`);
}
