import {
  ApplicationAutoScalingClient,
  DeregisterScalableTargetCommand,
  DescribeScalableTargetsCommand,
  DescribeScalingPoliciesCommand,
  ObjectNotFoundException,
  PutScalingPolicyCommand,
  RegisterScalableTargetCommand,
  type ScalableTarget,
  type ScalingPolicy,
} from "@aws-sdk/client-application-auto-scaling";

/** A variant of an endpoint, as Application Auto Scaling knows it: by name. */
export interface ScaledVariant {
  readonly endpoint: string;
  readonly variant: string;
}

const DIMENSION = {
  ServiceNamespace: "sagemaker",
  ScalableDimension: "sagemaker:variant:DesiredInstanceCount",
} as const;

let client: ApplicationAutoScalingClient | undefined;

function autoScaling(): ApplicationAutoScalingClient {
  client ??= new ApplicationAutoScalingClient({});
  return client;
}

/**
 * Lets one variant scale as another does: the same limits, the same policies. A variant that does not
 * scale gives the other nothing.
 *
 * @returns whether the variant scales
 */
export async function copyScaling(from: ScaledVariant, to: ScaledVariant): Promise<boolean> {
  const target = await findTarget(from);
  if (target === undefined) return false;
  const policies = await listPolicies(from);
  await autoScaling().send(
    new RegisterScalableTargetCommand({
      ...DIMENSION,
      ResourceId: resourceIdOf(to),
      MinCapacity: target.MinCapacity,
      MaxCapacity: target.MaxCapacity,
      ...(target.SuspendedState ? { SuspendedState: target.SuspendedState } : {}),
    }),
  );
  for (const policy of policies) await autoScaling().send(copyOf(policy, from, to));
  return true;
}

/** Ends the scaling of a variant, which must not be removed while it scales; its policies go with it. */
export async function removeScaling(scaled: ScaledVariant): Promise<void> {
  const ResourceId = resourceIdOf(scaled);
  try {
    await autoScaling().send(new DeregisterScalableTargetCommand({ ...DIMENSION, ResourceId }));
  } catch (error) {
    if (!(error instanceof ObjectNotFoundException)) throw error;
  }
}

async function findTarget(scaled: ScaledVariant): Promise<ScalableTarget | undefined> {
  const ResourceIds = [resourceIdOf(scaled)];
  const command = new DescribeScalableTargetsCommand({ ...DIMENSION, ResourceIds });
  const { ScalableTargets = [] } = await autoScaling().send(command);
  return ScalableTargets[0];
}

/** A resource has few: they fit into the first page. */
async function listPolicies(scaled: ScaledVariant): Promise<ScalingPolicy[]> {
  const ResourceId = resourceIdOf(scaled);
  const command = new DescribeScalingPoliciesCommand({ ...DIMENSION, ResourceId });
  return (await autoScaling().send(command)).ScalingPolicies ?? [];
}

function copyOf(policy: ScalingPolicy, from: ScaledVariant, to: ScaledVariant) {
  const { PolicyName, PolicyType, StepScalingPolicyConfiguration: steps } = policy;
  const tracking = withVariant(policy, from.variant, to.variant);
  return new PutScalingPolicyCommand({
    ...DIMENSION,
    ResourceId: resourceIdOf(to),
    PolicyName,
    PolicyType,
    ...(tracking === undefined ? {} : { TargetTrackingScalingPolicyConfiguration: tracking }),
    ...(steps === undefined ? {} : { StepScalingPolicyConfiguration: steps }),
  });
}

/** A metric of the user's own choice is one of the variant, by a dimension. */
function withVariant(policy: ScalingPolicy, from: string, to: string) {
  const tracking = policy.TargetTrackingScalingPolicyConfiguration;
  const custom = tracking?.CustomizedMetricSpecification;
  if (tracking === undefined || custom?.Dimensions === undefined) return tracking;
  const Dimensions = custom.Dimensions.map((dimension) =>
    dimension.Name === "VariantName" && dimension.Value === from
      ? { ...dimension, Value: to }
      : dimension,
  );
  return { ...tracking, CustomizedMetricSpecification: { ...custom, Dimensions } };
}

function resourceIdOf({ endpoint, variant }: ScaledVariant): string {
  return `endpoint/${endpoint}/variant/${variant}`;
}
