import type { SimulatorContext } from "../context.ts";
import { trueStatusOf, variantStatuses } from "../endpoint-view.ts";
import type { LiveVariant, StoredEndpoint, Transition } from "../state.ts";
import type { SageMakerEvent } from "./event-bus.ts";
import { tagsByKey } from "./job-events.ts";

/** The same of a guarded update, with the stage that it has come to. */
export function endpointDeploymentEvent(
  context: SimulatorContext,
  endpoint: StoredEndpoint & { readonly transition: Transition },
): SageMakerEvent {
  const event = endpointEvent(context, endpoint);
  const { target, startMillis } = endpoint.transition;
  const VariantStatus = variantStatuses(endpoint.transition).map(({ fromMillis, ...status }) => ({
    ...status,
    StartTime: fromMillis,
  }));
  return {
    ...event,
    detailType: "SageMaker Endpoint Deployment State Change",
    millis: VariantStatus[0]!.StartTime,
    detail: {
      ...event.detail,
      PendingDeploymentSummary: {
        EndpointConfigName: target.configName,
        StartTime: startMillis,
        ProductionVariants: target.variants.map((variant) => ({
          ...variantDetail(variant),
          VariantStatus,
        })),
      },
    },
  };
}

/** Its status is spelled as only events spell it, and is the true one, also where reads are stale. */
export function endpointEvent(context: SimulatorContext, endpoint: StoredEndpoint): SageMakerEvent {
  const { name, arn, transition, failureReason } = endpoint;
  const deployment = endpoint.deployment ?? transition?.target;
  const modifiedMillis = transition?.startMillis ?? endpoint.modifiedMillis;
  return {
    detailType: "SageMaker Endpoint State Change",
    resources: [arn],
    millis: modifiedMillis,
    detail: {
      EndpointName: name,
      EndpointArn: arn,
      EndpointConfigName: deployment?.configName,
      ProductionVariants: deployment?.variants.map(variantDetail) ?? [],
      EndpointStatus: eventStatus(trueStatusOf(context, endpoint)),
      ...(failureReason === undefined ? {} : { FailureReason: failureReason }),
      CreationTime: endpoint.creationMillis,
      LastModifiedTime: modifiedMillis,
      Tags: tagsByKey(context.state.tags.get(arn) ?? []),
    },
  };
}

/** `InService` is `IN_SERVICE` in events. */
function eventStatus(status: string): string {
  return status.replace(/(?<=[a-z])(?=[A-Z])/g, "_").toUpperCase();
}

function variantDetail(variant: LiveVariant): Record<string, unknown> {
  return {
    VariantName: variant.name,
    CurrentWeight: variant.currentWeight,
    DesiredWeight: variant.desiredWeight,
    ...(variant.desiredInstanceCount === undefined
      ? {}
      : {
          CurrentInstanceCount: variant.currentInstanceCount,
          DesiredInstanceCount: variant.desiredInstanceCount,
        }),
  };
}
