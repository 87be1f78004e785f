import type {
  CreateEndpointConfigCommandInput,
  DeleteEndpointConfigCommandInput,
  DescribeEndpointConfigCommandInput,
  ProductionVariant,
} from "@aws-sdk/client-sagemaker";
import {
  arnOf,
  epochSeconds,
  isVisible,
  type Operation,
  type SimulatorContext,
} from "../context.ts";
import { type ListInput, listPage } from "../listing.ts";
import { type ServiceError, validationException } from "../service-error.ts";
import type { EndpointConfigContent, StoredEndpointConfig } from "../state.ts";
import { requireList, requireName } from "../validation.ts";
import { requireCapture } from "./capture-rules.ts";
import { usableModel } from "./models.ts";
import { tagOnCreation } from "./tags.ts";

const VARIANT_COUNT_MAX = 10;

export const endpointConfigOperations: Readonly<Record<string, Operation>> = {
  CreateEndpointConfig: createEndpointConfig,
  DescribeEndpointConfig: describeEndpointConfig,
  ListEndpointConfigs: listEndpointConfigs,
  DeleteEndpointConfig: deleteEndpointConfig,
};

function createEndpointConfig(
  context: SimulatorContext,
  input: CreateEndpointConfigCommandInput,
): object {
  const name = requireName(input.EndpointConfigName, "endpointConfigName");
  const arn = arnOf(context, "endpoint-config", name);
  if (context.state.endpointConfigs.has(name)) {
    throw validationException(`Cannot create already existing endpoint configuration "${arn}".`);
  }
  requireVariants(context, input.ProductionVariants);
  requireShadows(context, input);
  const serverless = input.ProductionVariants!.some(({ ServerlessConfig }) => ServerlessConfig);
  requireCapture(input.DataCaptureConfig, serverless);
  const { Tags, EndpointConfigName: _, ...content } = input;
  context.state.endpointConfigs.set(name, {
    name,
    arn,
    creationMillis: context.now(),
    input: content as EndpointConfigContent,
  });
  tagOnCreation(context, arn, Tags);
  return { EndpointConfigArn: arn };
}

function requireVariants(
  context: SimulatorContext,
  value: readonly ProductionVariant[] | undefined,
): void {
  const variants = requireList(value, "productionVariants", VARIANT_COUNT_MAX);
  const names = new Set<string>();
  for (const [index, variant] of variants.entries()) {
    const member = `productionVariants.${index + 1}.member`;
    const name = requireName(variant.VariantName, `${member}.variantName`);
    if (names.has(name)) {
      throw validationException(`Variant names must be unique: "${name}" is given twice.`);
    }
    names.add(name);
    usableModel(context, variant.ModelName);
    if (variant.ServerlessConfig === undefined) requireCapacity(variant, member);
  }
  if (variants.length > 1 && variants.some(({ ServerlessConfig }) => ServerlessConfig)) {
    throw validationException("Multiple production variants are not supported for serverless.");
  }
}

/** One at most, and then beside one production variant alone. */
function requireShadows(context: SimulatorContext, input: CreateEndpointConfigCommandInput): void {
  const { ShadowProductionVariants: shadows, ProductionVariants: variants = [] } = input;
  if (shadows === undefined) return;
  requireVariants(context, shadows);
  const names = new Set([...variants, ...shadows].map(({ VariantName }) => VariantName));
  const isPair = shadows.length === 1 && variants.length === 1 && names.size === 2;
  if (isPair) return;
  throw validationException(
    "ShadowProductionVariants takes one variant, beside one production variant of another name.",
  );
}

function requireCapacity(variant: ProductionVariant, member: string): void {
  if (variant.InstanceType === undefined || (variant.InitialInstanceCount ?? 0) < 1) {
    throw validationException(
      `${member}: InstanceType and an InitialInstanceCount of at least 1 are required.`,
    );
  }
  if ((variant.InitialVariantWeight ?? 1) < 0) {
    throw validationException(`${member}: InitialVariantWeight must not be negative.`);
  }
}

function describeEndpointConfig(
  context: SimulatorContext,
  input: DescribeEndpointConfigCommandInput,
): object {
  const config = findEndpointConfig(context, input.EndpointConfigName);
  return {
    ...config.input,
    EndpointConfigName: config.name,
    EndpointConfigArn: config.arn,
    CreationTime: epochSeconds(config.creationMillis),
  };
}

function listEndpointConfigs(context: SimulatorContext, input: ListInput): object {
  const { page, token } = listPage(context.state.endpointConfigs.values(), input);
  const EndpointConfigs = page.map(({ name, arn, creationMillis }) => ({
    EndpointConfigName: name,
    EndpointConfigArn: arn,
    CreationTime: epochSeconds(creationMillis),
  }));
  return { EndpointConfigs, ...token };
}

/** SageMaker deletes a configuration that is live, too; only its documentation forbids it. */
function deleteEndpointConfig(
  context: SimulatorContext,
  input: DeleteEndpointConfigCommandInput,
): object {
  const { name, arn } = findEndpointConfig(context, input.EndpointConfigName);
  context.state.endpointConfigs.delete(name);
  context.state.tags.delete(arn);
  return {};
}

function findEndpointConfig(context: SimulatorContext, value: unknown): StoredEndpointConfig {
  const name = requireName(value, "endpointConfigName");
  const config = context.state.endpointConfigs.get(name);
  if (config === undefined) throw unknownConfig(context, name);
  return config;
}

/** A configuration that an endpoint is to take: one just created may not be found yet. */
export function usableEndpointConfig(
  context: SimulatorContext,
  value: unknown,
): StoredEndpointConfig {
  const config = findEndpointConfig(context, value);
  if (!isVisible(context, config)) throw unknownConfig(context, config.name);
  return config;
}

function unknownConfig(context: SimulatorContext, name: string): ServiceError {
  const arn = arnOf(context, "endpoint-config", name);
  return validationException(`Could not find endpoint configuration "${arn}".`);
}
