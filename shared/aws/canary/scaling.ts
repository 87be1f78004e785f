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

/** The limits that a variant scales within, and by what; plain data that can be kept. */
export interface Scaling {
  readonly variant: string;
  readonly target: Pick<ScalableTarget, "MinCapacity" | "MaxCapacity" | "SuspendedState">;
  readonly policies: readonly Policy[];
}

type Policy = Pick<
  ScalingPolicy,
  | "PolicyName"
  | "PolicyType"
  | "TargetTrackingScalingPolicyConfiguration"
  | "StepScalingPolicyConfiguration"
>;

/** null when the variant does not scale. */
export async function readScaling(scaled: ScaledVariant): Promise<Scaling | null> {
  const target = await findTarget(scaled);
  if (target === undefined) return null;
  return { variant: scaled.variant, target, policies: await listPolicies(scaled) };
}

/** Lets a variant scale as another does or did: the same limits, the same policies. */
export async function applyScaling(to: ScaledVariant, scaling: Scaling): Promise<void> {
  const { MinCapacity, MaxCapacity, SuspendedState } = scaling.target;
  await autoScaling().send(
    new RegisterScalableTargetCommand({
      ...DIMENSION,
      ...{ ResourceId: resourceIdOf(to), MinCapacity, MaxCapacity },
      ...(SuspendedState === undefined ? {} : { SuspendedState }),
    }),
  );
  for (const policy of scaling.policies) {
    await autoScaling().send(copyOf(policy, scaling.variant, to));
  }
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

async function findTarget(scaled: ScaledVariant): Promise<Scaling["target"] | undefined> {
  const ResourceIds = [resourceIdOf(scaled)];
  const command = new DescribeScalableTargetsCommand({ ...DIMENSION, ResourceIds });
  const [found] = (await autoScaling().send(command)).ScalableTargets ?? [];
  if (found === undefined) return undefined;
  const { MinCapacity, MaxCapacity, SuspendedState } = found;
  return { MinCapacity, MaxCapacity, ...(SuspendedState ? { SuspendedState } : {}) };
}

/** A resource has few: they fit into the first page. */
async function listPolicies(scaled: ScaledVariant): Promise<Policy[]> {
  const ResourceId = resourceIdOf(scaled);
  const command = new DescribeScalingPoliciesCommand({ ...DIMENSION, ResourceId });
  const { ScalingPolicies = [] } = await autoScaling().send(command);
  return ScalingPolicies.map(
    ({
      PolicyName,
      PolicyType,
      TargetTrackingScalingPolicyConfiguration: tracking,
      StepScalingPolicyConfiguration: steps,
    }) => ({
      PolicyName,
      PolicyType,
      ...(tracking ? { TargetTrackingScalingPolicyConfiguration: tracking } : {}),
      ...(steps ? { StepScalingPolicyConfiguration: steps } : {}),
    }),
  );
}

function copyOf(policy: Policy, from: string, to: ScaledVariant): PutScalingPolicyCommand {
  const tracking = withVariant(policy, from, to.variant);
  return new PutScalingPolicyCommand({
    ...DIMENSION,
    ...policy,
    ResourceId: resourceIdOf(to),
    ...(tracking === undefined ? {} : { TargetTrackingScalingPolicyConfiguration: tracking }),
  });
}

/** A metric of the user's own choice is one of the variant, by a dimension. */
function withVariant(policy: Policy, from: string, to: string) {
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
