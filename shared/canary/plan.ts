import { createHash } from "node:crypto";
import { dataCaptureConfigOf, settingsOf } from "../capture/capture-settings.ts";
import type { EndpointConfigDescription } from "../capture/plan-capture-change.ts";
import type { EndpointDescription } from "../contracts/endpoint-progress.ts";
import { MonitoringError } from "../contracts/monitoring-error.ts";
import { trafficShares } from "./settled.ts";

/** The endpoint as it is, by DescribeEndpoint and DescribeEndpointConfig, and who is its champion. */
export interface LiveEndpoint {
  readonly endpoint: EndpointDescription;
  readonly config: EndpointConfigDescription;
  readonly champion: string;
}

export interface Candidate {
  readonly variant: string;
  readonly modelName: string;
}

/** CreateEndpointConfig without the name. */
export type EndpointConfigContent = Readonly<Record<string, unknown>> & {
  readonly ProductionVariants: readonly Variant[];
};

type Variant = EndpointConfigDescription["ProductionVariants"][number];

/** A description's own facts, and what a plan makes anew. */
const NOT_COPIED = new Set([
  "EndpointConfigName",
  "EndpointConfigArn",
  "CreationTime",
  "DataCaptureConfig",
  "ProductionVariants",
  "ShadowProductionVariants",
  "$metadata",
]);
const SHARE_NEGLIGIBLE = 1e-3;
const HASH_LENGTH = 10;

/**
 * The name of a candidate's variant, made of the model it serves: a repeated plan gives it again, and
 * captures and metrics of two models never mix under one name.
 *
 * @param model ARN of a model package, or the name of a model
 */
export function candidateVariant(model: string): string {
  const version = /:model-package\/[^/]+\/(?<version>\d+)$/.exec(model)?.groups?.["version"];
  const hash = createHash("sha256").update(model).digest("hex").slice(0, HASH_LENGTH);
  return version === undefined ? `v-${hash}` : `v${version}-${hash}`;
}

/**
 * The configuration with both variants: the champion as it is, with the instances it has now, and the
 * candidate on the same kind of instance with no traffic. Capture is copied: an update loses it otherwise.
 *
 * @throws MonitoringError `canary-unsupported` when the endpoint cannot be rolled out by weights
 */
export function canaryConfig(
  live: LiveEndpoint,
  { variant, modelName }: Candidate,
  instanceCount: number,
): EndpointConfigContent {
  const champion = championVariant(live);
  if (variant === live.champion) {
    throw unsupported(live, `variant "${variant}" is the champion: another model is needed`);
  }
  const candidate = {
    ...champion,
    VariantName: variant,
    ModelName: modelName,
    InitialVariantWeight: 0,
    InitialInstanceCount: instanceCount,
  };
  return { ...copied(live), ProductionVariants: [champion, candidate] };
}

/** The candidate as a shadow of all requests: it answers copies, and its answers go nowhere. */
export function shadowConfig(
  live: LiveEndpoint,
  candidate: Candidate,
  instanceCount: number,
): EndpointConfigContent {
  const { ProductionVariants, ...rest } = canaryConfig(live, candidate, instanceCount);
  const [champion, shadow] = ProductionVariants;
  // A shadow's weight is its share of the requests when the champion's is 1.
  const ShadowProductionVariants = [{ ...shadow!, InitialVariantWeight: 1 }];
  return { ...rest, ProductionVariants: [champion!], ShadowProductionVariants };
}

/** For a guardrail: the champion's variant with another model, since its name must stay. */
export function guardedConfig(live: LiveEndpoint, modelName: string): EndpointConfigContent {
  const champion = championVariant(live);
  return { ...copied(live), ProductionVariants: [{ ...champion, ModelName: modelName }] };
}

/**
 * The configuration of one variant that remains, with the instances it has now.
 *
 * @param keep the candidate after a promotion, the champion after a roll-back
 */
export function finalConfig(live: LiveEndpoint, keep: string): EndpointConfigContent {
  return { ...copied(live), ProductionVariants: [variantNow(live, keep)] };
}

function championVariant(live: LiveEndpoint): Variant {
  const { endpoint, config, champion } = live;
  const variant = variantNow(live, champion);
  if (variant["ModelName"] === undefined) {
    throw unsupported(live, `variant "${champion}" has no model of its own (inference components)`);
  }
  if (config.ProductionVariants.some(({ ServerlessConfig }) => ServerlessConfig !== undefined)) {
    throw unsupported(live, "it is serverless, which allows one variant only and no capture");
  }
  if (config["AsyncInferenceConfig"] !== undefined) {
    throw unsupported(live, "it is asynchronous, which tells no number of requests");
  }
  const [other] = [...trafficShares(endpoint)].filter(
    ([name, share]) => name !== champion && share > SHARE_NEGLIGIBLE,
  );
  if (other === undefined) return variant;
  const [name, share] = other;
  throw unsupported(live, `variant "${name}" carries ${share} of the traffic beside the champion`);
}

/** A variant word for word, but with the instances it has now, and able to carry all traffic. */
function variantNow({ endpoint, config, champion }: LiveEndpoint, name: string): Variant {
  const variant = config.ProductionVariants.find(({ VariantName }) => VariantName === name);
  if (variant === undefined) {
    throw unsupported(
      { endpoint, config, champion },
      `configuration "${config.EndpointConfigName}" has no variant "${name}"`,
    );
  }
  const now = endpoint.ProductionVariants?.find(({ VariantName }) => VariantName === name);
  const count = now?.CurrentInstanceCount;
  const counted = count === undefined || count < 1 ? {} : { InitialInstanceCount: count };
  return { ...variant, ...counted, InitialVariantWeight: 1 };
}

function copied({ config }: LiveEndpoint): Readonly<Record<string, unknown>> {
  const rest = Object.entries(config).filter(([key]) => !NOT_COPIED.has(key));
  const { DataCaptureConfig: capture } = config;
  return {
    ...Object.fromEntries(rest),
    ...(capture === undefined
      ? {}
      : { DataCaptureConfig: dataCaptureConfigOf(settingsOf(capture)) }),
  };
}

function unsupported({ endpoint }: LiveEndpoint, rule: string): MonitoringError {
  const name = endpoint.EndpointName;
  return new MonitoringError("canary-unsupported", `canary of endpoint "${name}": ${rule}`, {
    details: { endpoint: name },
  });
}
