import type { ProductionVariant, VariantProperty } from "@aws-sdk/client-sagemaker";
import type { Deployment, LiveVariant, StoredEndpointConfig, StoredModel } from "./state.ts";

/** Finds the model that a variant names, or refuses. */
export type ModelLookup = (name: string | undefined) => StoredModel;

export interface Retention {
  readonly retainAll: boolean;
  readonly excluded: readonly VariantProperty[];
}

/** What an endpoint runs when a configuration is applied to it for the first time. */
export function firstDeployment(config: StoredEndpointConfig, modelOf: ModelLookup): Deployment {
  const { ProductionVariants, ShadowProductionVariants = [], DataCaptureConfig } = config.input;
  const live = (variant: ProductionVariant) => liveVariant(variant, modelOf);
  return {
    configName: config.name,
    variants: ProductionVariants.map(live),
    shadows: ShadowProductionVariants.map(live),
    ...(DataCaptureConfig === undefined ? {} : { dataCapture: DataCaptureConfig }),
  };
}

/**
 * What an endpoint runs after UpdateEndpoint. With RetainAllVariantProperties the endpoint keeps its
 * own weights, instance counts **and data capture**, whatever the new configuration says, except
 * for the properties that ExcludeRetainedVariantProperties names.
 */
export function updatedDeployment(
  fresh: Deployment,
  current: Deployment,
  retention: Retention,
): Deployment {
  if (!retention.retainAll) return fresh;
  const retained = (type: VariantProperty["VariantPropertyType"]) =>
    !retention.excluded.some((property) => property.VariantPropertyType === type);

  const old = [...current.variants, ...current.shadows];
  const kept = (variant: LiveVariant): LiveVariant => {
    const known = old.find(({ name }) => name === variant.name);
    if (known === undefined) return variant;
    return {
      ...variant,
      ...(retained("DesiredWeight") ? weights(known) : {}),
      ...(retained("DesiredInstanceCount") ? instanceCounts(known) : {}),
    };
  };
  const { dataCapture: freshCapture, configName } = fresh;
  const dataCapture = retained("DataCaptureConfig") ? current.dataCapture : freshCapture;
  return {
    configName,
    variants: fresh.variants.map(kept),
    shadows: fresh.shadows.map(kept),
    ...(dataCapture === undefined ? {} : { dataCapture }),
  };
}

/** A deployment whose change has completed: what was desired is now current. */
export function reached(deployment: Deployment): Deployment {
  const { variants, shadows } = deployment;
  return {
    ...deployment,
    variants: variants.map(settledVariant),
    shadows: shadows.map(settledVariant),
  };
}

function settledVariant(variant: LiveVariant): LiveVariant {
  const { desiredWeight, desiredInstanceCount } = variant;
  const current = { ...variant, currentWeight: desiredWeight };
  return desiredInstanceCount === undefined
    ? current
    : { ...current, currentInstanceCount: desiredInstanceCount };
}

function weights({ desiredWeight }: LiveVariant): Partial<LiveVariant> {
  return { currentWeight: desiredWeight, desiredWeight };
}

function instanceCounts({ desiredInstanceCount }: LiveVariant): Partial<LiveVariant> {
  return desiredInstanceCount === undefined
    ? {}
    : { currentInstanceCount: desiredInstanceCount, desiredInstanceCount };
}

function liveVariant(variant: ProductionVariant, modelOf: ModelLookup): LiveVariant {
  const weight = variant.InitialVariantWeight ?? 1;
  const base = {
    name: variant.VariantName!,
    model: modelOf(variant.ModelName),
    currentWeight: weight,
    desiredWeight: weight,
  };
  if (variant.ServerlessConfig !== undefined) {
    return { ...base, serverless: variant.ServerlessConfig };
  }
  const count = variant.InitialInstanceCount ?? 1;
  return {
    ...base,
    instanceType: variant.InstanceType ?? "",
    currentInstanceCount: count,
    desiredInstanceCount: count,
  };
}
