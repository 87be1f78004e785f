import type { SimulatorContext } from "../context.ts";
import { trueStatusOf } from "../endpoint-view.ts";
import type { LiveVariant, StoredEndpoint } from "../state.ts";
import type { SageMakerEvent } from "./event-bus.ts";
import { tagsByKey } from "./job-events.ts";

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
export function eventStatus(status: string): string {
  return status.replace(/(?<=[a-z])(?=[A-Z])/g, "_").toUpperCase();
}

export function variantDetail(variant: LiveVariant): Record<string, unknown> {
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
