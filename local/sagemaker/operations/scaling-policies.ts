import type {
  DeleteScalingPolicyCommandInput,
  DescribeScalingPoliciesCommandInput,
  PutScalingPolicyCommandInput,
} from "@aws-sdk/client-application-auto-scaling";
import { epochSeconds, type Operation, type SimulatorContext } from "../context.ts";
import { requireText } from "../validation.ts";
import { arnOfScaling, findTarget, objectNotFound } from "./scalable-targets.ts";

/** Policies are kept and told; nothing scales by them here. */
export const scalingPolicyOperations: Readonly<Record<string, Operation>> = {
  PutScalingPolicy: putPolicy,
  DescribeScalingPolicies: describePolicies,
  DeleteScalingPolicy: deletePolicy,
};

function putPolicy(context: SimulatorContext, input: PutScalingPolicyCommandInput): object {
  const name = keyOf(context, input);
  const known = context.state.scalingPolicies.get(name);
  const arn = known?.arn ?? arnOfScaling(context, "scaling-policy", name.replace(" ", "/"));
  const creationMillis = known?.creationMillis ?? context.now();
  context.state.scalingPolicies.set(name, { name, arn, creationMillis, input });
  return { PolicyARN: arn, Alarms: [] };
}

function describePolicies(
  context: SimulatorContext,
  { ResourceId, PolicyNames }: DescribeScalingPoliciesCommandInput,
): object {
  const policies = [...context.state.scalingPolicies.values()].filter(
    ({ input }) =>
      (ResourceId === undefined || input.ResourceId === ResourceId) &&
      (PolicyNames === undefined || PolicyNames.includes(input.PolicyName!)),
  );
  return {
    ScalingPolicies: policies.map(({ input, arn, creationMillis }) => ({
      PolicyType: "StepScaling",
      ...input,
      Alarms: [],
      PolicyARN: arn,
      CreationTime: epochSeconds(creationMillis),
    })),
  };
}

function deletePolicy(context: SimulatorContext, input: DeleteScalingPolicyCommandInput): object {
  const name = keyOf(context, input);
  if (context.state.scalingPolicies.delete(name)) return {};
  throw objectNotFound(`No scaling policy found: ${input.PolicyName}`);
}

function keyOf(
  context: SimulatorContext,
  input: PutScalingPolicyCommandInput | DeleteScalingPolicyCommandInput,
): string {
  return `${findTarget(context, input).name} ${requireText(input.PolicyName, "policyName")}`;
}
