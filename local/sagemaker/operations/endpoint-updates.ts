import type {
  DeploymentConfig,
  UpdateEndpointCommandInput,
  UpdateEndpointWeightsAndCapacitiesCommandInput,
} from "@aws-sdk/client-sagemaker";
import { scaledVariantsInTheWay } from "../auto-scaling/scaling.ts";
import type { Operation, SimulatorContext } from "../context.ts";
import { firstDeployment, updatedDeployment } from "../deployment.ts";
import { endpointDeploymentEvent } from "../events/endpoint-events.ts";
import { readAlarms } from "../guardrails/advance-guardrails.ts";
import { requireGuardrail } from "../guardrails/rules.ts";
import { validationException } from "../service-error.ts";
import type { Deployment, LiveVariant, StoredEndpoint } from "../state.ts";
import { beginGuardedTransition, beginTransition, changeEndpoint } from "../transitions.ts";
import { requireList, requireName } from "../validation.ts";
import { usableEndpointConfig } from "./endpoint-configs.ts";
import { findEndpoint } from "./endpoints.ts";
import { usableModel } from "./models.ts";

export const endpointUpdateOperations: Readonly<Record<string, Operation>> = {
  UpdateEndpoint: updateEndpoint,
  UpdateEndpointWeightsAndCapacities: updateWeightsAndCapacities,
};

async function updateEndpoint(
  context: SimulatorContext,
  input: UpdateEndpointCommandInput,
): Promise<object> {
  const { endpoint, deployment } = requireUpdatable(context, input.EndpointName);
  const next = usableEndpointConfig(context, input.EndpointConfigName);
  const fresh = firstDeployment(next, (model) => usableModel(context, model));
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
  const config = input.DeploymentConfig;
  if (config === undefined) {
    const transition = beginTransition(context, endpoint, "update", target);
    changeEndpoint(context, { ...endpoint, transition });
    return { EndpointArn: endpoint.arn };
  }
  requireGuardrail(config, { from: deployment, to: target });
  await requireAlarms(context, config);
  // While we asked for the alarms, another change may have begun.
  requireUpdatable(context, input.EndpointName);
  const transition = beginGuardedTransition(context, endpoint, target, config);
  const guarded = { ...endpoint, transition, deploymentConfig: config };
  changeEndpoint(context, guarded);
  context.events.publish(endpointDeploymentEvent(context, guarded));
  return { EndpointArn: endpoint.arn };
}

async function requireAlarms(
  { cloudWatch }: SimulatorContext,
  { AutoRollbackConfiguration }: DeploymentConfig,
): Promise<void> {
  const names = AutoRollbackConfiguration?.Alarms?.map(({ AlarmName }) => AlarmName!) ?? [];
  if (names.length === 0) return;
  const found = (await readAlarms(cloudWatch, names)).map(({ name }) => name);
  const absent = names.filter((name) => !found.includes(name));
  if (absent.length === 0) return;
  throw validationException(`Could not find CloudWatch alarms [${absent.join(", ")}].`);
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
    const known = [...deployment.variants, ...deployment.shadows];
    if (!known.some((variant) => variant.name === name)) {
      throw validationException(`Could not find variant "${name}" of endpoint "${endpoint.arn}".`);
    }
    byVariant.set(name, change);
  }
  const changed = (variant: LiveVariant) => desired(variant, byVariant.get(variant.name));
  const variants = deployment.variants.map(changed);
  const target: Deployment = { ...deployment, variants, shadows: deployment.shadows.map(changed) };
  const transition = beginTransition(context, endpoint, "weights", target);
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
