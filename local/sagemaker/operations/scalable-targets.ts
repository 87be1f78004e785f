import type {
  DeregisterScalableTargetCommandInput,
  DescribeScalableTargetsCommandInput,
  RegisterScalableTargetCommandInput,
} from "@aws-sdk/client-application-auto-scaling";
import type { StoredScalableTarget } from "../auto-scaling/scaling.ts";
import { epochSeconds, type Operation, type SimulatorContext } from "../context.ts";
import { ServiceError, validationException } from "../service-error.ts";
import { requireText } from "../validation.ts";

/** Calls of Application Auto Scaling, another service, as far as they are about endpoints. */
export const scalableTargetOperations: Readonly<Record<string, Operation>> = {
  RegisterScalableTarget: registerTarget,
  DescribeScalableTargets: describeTargets,
  DeregisterScalableTarget: deregisterTarget,
};

const RESOURCE_ID = /^endpoint\/([^/]+)\/variant\/([^/]+)$/;
const NAMESPACE = "sagemaker";
const DIMENSION = "sagemaker:variant:DesiredInstanceCount";

interface Scaled {
  readonly ServiceNamespace?: string | undefined;
  readonly ResourceId?: string | undefined;
  readonly ScalableDimension?: string | undefined;
}

/** A second registration changes what it names. */
function registerTarget(
  context: SimulatorContext,
  input: RegisterScalableTargetCommandInput,
): object {
  const name = requireScaled(input);
  requireVariant(context, name);
  const { Tags: _, ...given } = input;
  const known = context.state.scalableTargets.get(name);
  const merged = { ...known?.input, ...given };
  const { MinCapacity, MaxCapacity } = merged;
  if (MinCapacity === undefined || MaxCapacity === undefined || MinCapacity > MaxCapacity) {
    throw validationException("MinCapacity and MaxCapacity are required, and in that order.");
  }
  const arn = known?.arn ?? arnOfScaling(context, "scalable-target", name);
  const creationMillis = known?.creationMillis ?? context.now();
  context.state.scalableTargets.set(name, { name, arn, creationMillis, input: merged });
  return { ScalableTargetARN: arn };
}

function describeTargets(
  context: SimulatorContext,
  input: DescribeScalableTargetsCommandInput,
): object {
  const targets = [...context.state.scalableTargets.values()].filter(
    ({ name }) => input.ResourceIds?.includes(name) ?? true,
  );
  return {
    ScalableTargets: targets.map(({ input: given, arn, creationMillis }) => ({
      SuspendedState: {
        DynamicScalingInSuspended: false,
        DynamicScalingOutSuspended: false,
        ScheduledScalingSuspended: false,
      },
      ...given,
      ScalableTargetARN: arn,
      CreationTime: epochSeconds(creationMillis),
    })),
  };
}

/** Its policies go with it. */
function deregisterTarget(
  context: SimulatorContext,
  input: DeregisterScalableTargetCommandInput,
): object {
  const { name } = findTarget(context, input);
  context.state.scalableTargets.delete(name);
  for (const key of context.state.scalingPolicies.keys()) {
    if (key.startsWith(`${name} `)) context.state.scalingPolicies.delete(key);
  }
  return {};
}

export function findTarget(context: SimulatorContext, input: Scaled): StoredScalableTarget {
  const name = requireScaled(input);
  const target = context.state.scalableTargets.get(name);
  if (target === undefined) {
    throw objectNotFound(
      `No scalable target registered for service namespace: ${describedAs(name)}`,
    );
  }
  return target;
}

export function objectNotFound(message: string): ServiceError {
  return new ServiceError("ObjectNotFoundException", message);
}

export function arnOfScaling(context: SimulatorContext, kind: string, name: string): string {
  return `arn:aws:application-autoscaling:${context.region}:${context.accountId}:${kind}/${name}`;
}

function requireScaled({ ServiceNamespace, ScalableDimension, ResourceId }: Scaled): string {
  const name = requireText(ResourceId, "resourceId");
  const isVariant = ServiceNamespace === NAMESPACE && ScalableDimension === DIMENSION;
  if (isVariant && RESOURCE_ID.test(name)) return name;
  throw validationException(
    `Unsupported service namespace, resource type or scalable dimension: ${name}`,
  );
}

function requireVariant({ state }: SimulatorContext, name: string): void {
  const [, endpoint = "", variant] = RESOURCE_ID.exec(name)!;
  const variants = state.endpoints.get(endpoint)?.deployment?.variants ?? [];
  if (variants.some((one) => one.name === variant)) return;
  throw validationException(
    `No endpoint variant found for service namespace: ${describedAs(name)}`,
  );
}

function describedAs(name: string): string {
  return `${NAMESPACE}, resource ID: ${name}, scalable dimension: ${DIMENSION}`;
}
