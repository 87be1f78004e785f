import type { IncomingHttpHeaders } from "node:http";
import type { SimulatorContext } from "../context.ts";
import { reached } from "../deployment.ts";
import { stageOf } from "../guardrails/stages.ts";
import { headerOf } from "../headers.ts";
import { validationError } from "../service-error.ts";
import type { Deployment, LiveVariant, StoredEndpoint } from "../state.ts";

/** Who answers a request. */
export interface Serving {
  readonly endpoint: StoredEndpoint;
  readonly deployment: Deployment;
  readonly variant: LiveVariant;
  /** The fleet that a guarded update is bringing in; its metrics are told apart. */
  readonly isNewFleet: boolean;
}

export function chooseServing(
  context: SimulatorContext,
  endpointName: string,
  headers: IncomingHttpHeaders,
): Serving {
  const endpoint = context.state.endpoints.get(endpointName);
  const deployment = endpoint?.deployment;
  const serves = endpoint?.status === "InService" && endpoint.transition?.kind !== "delete";
  if (endpoint === undefined || deployment === undefined || !serves) {
    throw validationError(`Endpoint ${endpointName} of account ${context.accountId} not found.`);
  }
  const isNewFleet = goesToNewFleet(context, endpoint);
  const fleet = isNewFleet ? reached(endpoint.transition!.target) : deployment;
  return {
    endpoint,
    deployment: fleet,
    isNewFleet,
    variant: chooseVariant(context, fleet, headers),
  };
}

function goesToNewFleet(context: SimulatorContext, { transition }: StoredEndpoint): boolean {
  if (transition?.guardrail === undefined) return false;
  const { share } = stageOf(transition.guardrail, context.now());
  return share > 0 && context.random() < share;
}

/** TargetVariant overrides the weights; they are shares of their sum, not of 1. */
function chooseVariant(
  context: SimulatorContext,
  { variants }: Deployment,
  headers: IncomingHttpHeaders,
): LiveVariant {
  const target = headerOf(headers, "x-amzn-sagemaker-target-variant");
  if (target !== undefined) {
    const found = variants.find(({ name }) => name === target);
    if (found === undefined) throw validationError(`Variant ${target} not found for Request`);
    return found;
  }
  const total = variants.reduce((sum, { currentWeight }) => sum + currentWeight, 0);
  let left = context.random() * total;
  for (const variant of variants) {
    if (variant.currentWeight > 0 && left < variant.currentWeight) return variant;
    left -= variant.currentWeight;
  }
  throw validationError("No production variant has a weight above 0.");
}

/** The shadow that gets a copy of a request: its weight is its share where the variant's is 1. */
export function chooseShadow(
  context: SimulatorContext,
  { deployment, variant }: Serving,
): LiveVariant | undefined {
  const [shadow] = deployment.shadows;
  if (shadow === undefined) return undefined;
  return context.random() * variant.currentWeight < shadow.currentWeight ? shadow : undefined;
}
