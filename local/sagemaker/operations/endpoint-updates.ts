import type {
  UpdateEndpointCommandInput,
  UpdateEndpointWeightsAndCapacitiesCommandInput,
} from "@aws-sdk/client-sagemaker";
import { scaledVariantsInTheWay } from "../auto-scaling/scaling.ts";
import type { Operation, SimulatorContext } from "../context.ts";
import { firstDeployment, updatedDeployment } from "../deployment.ts";
import { validationException } from "../service-error.ts";
import type { Deployment, LiveVariant, StoredEndpoint } from "../state.ts";
import { beginTransition, changeEndpoint } from "../transitions.ts";
import { requireList, requireName } from "../validation.ts";
import { usableEndpointConfig } from "./endpoint-configs.ts";
import { findEndpoint } from "./endpoints.ts";
import { usableModel } from "./models.ts";

export const endpointUpdateOperations: Readonly<Record<string, Operation>> = {
  UpdateEndpoint: updateEndpoint,
  UpdateEndpointWeightsAndCapacities: updateWeightsAndCapacities,
};

function updateEndpoint(context: SimulatorContext, input: UpdateEndpointCommandInput): object {
  const { endpoint, deployment } = requireUpdatable(context, input.EndpointName);
  const config = usableEndpointConfig(context, input.EndpointConfigName);
  const fresh = firstDeployment(config, (model) => usableModel(context, model));
  const target = updatedDeployment(fresh, deployment, {
    retainAll: input.RetainAllVariantProperties ?? false,
    excluded: input.ExcludeRetainedVariantProperties ?? [],
  });
  const scaled = scaledVariantsInTheWay(context, endpoint.name, { from: deployment, to: target });
  if (scaled.length > 0) {
    throw validationException(
      `The variant(s) "[${scaled.join(", ")}]" must be deregistered as scalable targets with ` +
        "AWS Auto Scaling before they can be removed or have their instance type updated.",
    );
  }
  const transition = beginTransition(context, "update", target);
  changeEndpoint(context, { ...endpoint, transition });
  return { EndpointArn: endpoint.arn };
}

type DesiredChange = NonNullable<
  UpdateEndpointWeightsAndCapacitiesCommandInput["DesiredWeightsAndCapacities"]
>[number];

function updateWeightsAndCapacities(
  context: SimulatorContext,
  input: UpdateEndpointWeightsAndCapacitiesCommandInput,
): object {
  const { endpoint, deployment } = requireUpdatable(context, input.EndpointName);
  const changes = requireList(input.DesiredWeightsAndCapacities, "desiredWeightsAndCapacities", 10);
  const byVariant = new Map<string, DesiredChange>();
  for (const change of changes) {
    const name = requireName(change.VariantName, "desiredWeightsAndCapacities.variantName");
    if (!deployment.variants.some((variant) => variant.name === name)) {
      throw validationException(`Could not find variant "${name}" of endpoint "${endpoint.arn}".`);
    }
    byVariant.set(name, change);
  }
  const variants = deployment.variants.map((variant) =>
    desired(variant, byVariant.get(variant.name)),
  );
  const target: Deployment = { ...deployment, variants };
  const transition = beginTransition(context, "weights", target);
  // Until the change completes, the desired values show beside the current ones that still serve.
  changeEndpoint(context, { ...endpoint, deployment: target, transition });
  return { EndpointArn: endpoint.arn };
}

function desired(variant: LiveVariant, change: DesiredChange | undefined): LiveVariant {
  if (change === undefined) return variant;
  const { DesiredWeight, DesiredInstanceCount } = change;
  if (DesiredWeight !== undefined && !(DesiredWeight >= 0)) {
    throw validationException(`Variant "${variant.name}": DesiredWeight must not be negative.`);
  }
  if (DesiredInstanceCount !== undefined && !(DesiredInstanceCount >= 1)) {
    throw validationException(
      `Variant "${variant.name}": DesiredInstanceCount must be at least 1.`,
    );
  }
  return {
    ...variant,
    ...(DesiredWeight === undefined ? {} : { desiredWeight: DesiredWeight }),
    ...(DesiredInstanceCount === undefined ? {} : { desiredInstanceCount: DesiredInstanceCount }),
  };
}

function requireUpdatable(
  context: SimulatorContext,
  name: unknown,
): { endpoint: StoredEndpoint; deployment: Deployment } {
  const endpoint = findEndpoint(context, name);
  const maintained = context.faults.settings.endpointsInMaintenance.includes(endpoint.name);
  if (endpoint.transition !== undefined || maintained) {
    throw validationException(`Cannot update in-progress endpoint "${endpoint.arn}".`);
  }
  if (endpoint.status === "Failed" || endpoint.deployment === undefined) {
    throw validationException(`Cannot update endpoint "${endpoint.arn}" in status Failed.`);
  }
  return { endpoint, deployment: endpoint.deployment };
}
