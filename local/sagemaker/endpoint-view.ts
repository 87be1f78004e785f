import { epochSeconds, type SimulatorContext } from "./context.ts";
import type { Deployment, LiveVariant, StoredEndpoint, Transition } from "./state.ts";

const STATUS_DURING: Readonly<Record<Transition["kind"], string>> = {
  create: "Creating",
  update: "Updating",
  weights: "Updating",
  delete: "Deleting",
};

/** The status that a read shows now; while reads are stale, that of before the change. */
export function statusOf(context: SimulatorContext, endpoint: StoredEndpoint): string {
  return statusDuring(context, endpoint, visibleTransition(context, endpoint));
}

/** The status whatever reads show. */
export function trueStatusOf(context: SimulatorContext, endpoint: StoredEndpoint): string {
  return statusDuring(context, endpoint, endpoint.transition);
}

function statusDuring(
  context: SimulatorContext,
  endpoint: StoredEndpoint,
  transition: Transition | undefined,
): string {
  if (transition !== undefined) return STATUS_DURING[transition.kind];
  if (context.faults.settings.endpointsInMaintenance.includes(endpoint.name)) {
    return "SystemUpdating";
  }
  return endpoint.status;
}

/** DescribeEndpoint: the old configuration's name until the new one serves. */
export function describeEndpointOutput(
  context: SimulatorContext,
  endpoint: StoredEndpoint,
): Record<string, unknown> {
  const transition = visibleTransition(context, endpoint);
  const deployment = endpoint.deployment ?? endpoint.transition?.target;
  const modifiedMillis = transition?.startMillis ?? endpoint.modifiedMillis;
  return {
    EndpointName: endpoint.name,
    EndpointArn: endpoint.arn,
    EndpointStatus: statusOf(context, endpoint),
    CreationTime: epochSeconds(endpoint.creationMillis),
    LastModifiedTime: epochSeconds(modifiedMillis),
    ...(endpoint.failureReason === undefined ? {} : { FailureReason: endpoint.failureReason }),
    ...(deployment === undefined ? {} : deploymentOutput(deployment)),
    ...(endpoint.deploymentConfig === undefined
      ? {}
      : { LastDeploymentConfig: endpoint.deploymentConfig }),
    ...(transition?.kind === "create" || transition?.kind === "update"
      ? { PendingDeploymentSummary: pendingOutput(transition) }
      : {}),
  };
}

function visibleTransition(
  context: SimulatorContext,
  { transition, deployment }: StoredEndpoint,
): Transition | undefined {
  if (transition === undefined) return undefined;
  // There is no earlier state to show of an endpoint that is being created.
  const stale = deployment !== undefined && context.now() < transition.visibleFromMillis;
  return stale ? undefined : transition;
}

function deploymentOutput(deployment: Deployment): Record<string, unknown> {
  const { configName, variants, shadows, dataCapture } = deployment;
  return {
    EndpointConfigName: configName,
    ProductionVariants: variants.map(variantOutput),
    ...(shadows.length === 0 ? {} : { ShadowProductionVariants: shadows.map(variantOutput) }),
    ...(dataCapture === undefined
      ? {}
      : {
          DataCaptureConfig: {
            EnableCapture: dataCapture.EnableCapture ?? false,
            CaptureStatus: dataCapture.EnableCapture ? "Started" : "Stopped",
            CurrentSamplingPercentage: dataCapture.InitialSamplingPercentage,
            DestinationS3Uri: dataCapture.DestinationS3Uri,
            KmsKeyId: dataCapture.KmsKeyId ?? "",
          },
        }),
  };
}

function pendingOutput(transition: Transition): Record<string, unknown> {
  const { target, startMillis } = transition;
  const VariantStatus = variantStatuses(transition).map(({ fromMillis, ...status }) => ({
    ...status,
    StartTime: epochSeconds(fromMillis),
  }));
  const pending = (variant: LiveVariant) => ({ ...variantOutput(variant), VariantStatus });
  return {
    EndpointConfigName: target.configName,
    ProductionVariants: target.variants.map(pending),
    ...(target.shadows.length === 0
      ? {}
      : { ShadowProductionVariants: target.shadows.map(pending) }),
    StartTime: epochSeconds(startMillis),
  };
}

/** What is being done to the new fleet, at the stage that was last told of. */
export function variantStatuses({ guardrail, startMillis }: Transition) {
  const { status, message, fromMillis } = guardrail?.stages[guardrail.position] ?? {
    status: "Creating",
    message: "Launching instance(s).",
    fromMillis: startMillis,
  };
  return [{ Status: status, StatusMessage: message, fromMillis }];
}

function variantOutput(variant: LiveVariant): Record<string, unknown> {
  const { name, model, currentWeight, desiredWeight, serverless } = variant;
  const { image } = model.container;
  return {
    VariantName: name,
    DeployedImages: [{ SpecifiedImage: image, ResolvedImage: image }],
    CurrentWeight: currentWeight,
    DesiredWeight: desiredWeight,
    ...(serverless === undefined
      ? {
          CurrentInstanceCount: variant.currentInstanceCount,
          DesiredInstanceCount: variant.desiredInstanceCount,
        }
      : { CurrentServerlessConfig: serverless, DesiredServerlessConfig: serverless }),
  };
}
