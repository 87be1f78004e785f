import { type EndpointDescription, endpointProgress } from "../contracts/endpoint-progress.ts";

/** What an endpoint was asked to become. */
export interface EndpointTarget {
  readonly configName: string;
  /** Fractions of the traffic by variant, all variants of the configuration; absent: any. */
  readonly shares?: Readonly<Record<string, number>>;
  /** Least numbers of instances by variant; absent: any. */
  readonly instanceCounts?: Readonly<Record<string, number>>;
}

/** How an endpoint stands towards what it was asked to become; the one judgement of it. */
export type Settlement =
  /** It serves the configuration with the shares and instances asked for, and nothing is under way. */
  | { readonly kind: "applied" }
  /** At rest with the configuration, but not as asked: the call was lost or never came; call again. */
  | { readonly kind: "settled"; readonly reason: string }
  /** At rest with another configuration: SageMaker went back, perhaps without saying why. */
  | { readonly kind: "rolled-back"; readonly servingConfigName: string; readonly reason: string }
  /** It serves no more, or not as a whole. */
  | { readonly kind: "broken"; readonly status: string; readonly reason: string }
  /** Something is under way; look again later. */
  | { readonly kind: "wait"; readonly status: string };

/** Weights are floats that make a round trip through AWS. */
const SHARE_TOLERANCE = 1e-3;

/** Judges a DescribeEndpoint. `InService` alone proves nothing: see `endpointProgress`. */
export function settlementOf(
  endpoint: EndpointDescription,
  { configName, shares = {}, instanceCounts = {} }: EndpointTarget,
): Settlement {
  const EndpointStatus = endpointStatus(endpoint.EndpointStatus);
  const progress = endpointProgress({ ...endpoint, EndpointStatus }, configName);
  if (progress.kind === "waiting") return { kind: "wait", status: progress.status };
  if (progress.kind === "rolledBack") return { ...progress, kind: "rolled-back" };
  if (progress.kind === "broken") return progress;
  const carried = trafficShares(endpoint);
  for (const [variant, share] of Object.entries(shares)) {
    const found = carried.get(variant);
    if (found !== undefined && Math.abs(found - share) < SHARE_TOLERANCE) continue;
    const has = found === undefined ? "is not there" : `carries ${found} of the traffic`;
    return { kind: "settled", reason: `variant "${variant}" ${has}, but was to carry ${share}` };
  }
  for (const [variant, count] of Object.entries(instanceCounts)) {
    const found = variantsOf(endpoint).find(({ VariantName }) => VariantName === variant);
    if ((found?.CurrentInstanceCount ?? 0) >= count) continue;
    const has = `${found?.CurrentInstanceCount ?? 0} instances`;
    return { kind: "settled", reason: `variant "${variant}" has ${has}, but was to have ${count}` };
  }
  return { kind: "applied" };
}

/** `InService` also where an event says `IN_SERVICE`. */
export function endpointStatus(status: string): string {
  if (!/^[A-Z]+(?:_[A-Z]+)*$/.test(status)) return status;
  const words = status.toLowerCase().split("_");
  return words.map((word) => word[0]!.toUpperCase() + word.slice(1)).join("");
}

/** The fraction of the traffic that each variant carries now; they sum to 1 unless all weights are 0. */
export function trafficShares(endpoint: EndpointDescription): ReadonlyMap<string, number> {
  const variants = variantsOf(endpoint);
  const weights = variants.map(({ CurrentWeight = 0 }) => CurrentWeight);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return new Map(
    variants.map(({ VariantName }, index) => [
      VariantName,
      total === 0 ? 0 : weights[index]! / total,
    ]),
  );
}

function variantsOf({ ProductionVariants = [] }: EndpointDescription) {
  return ProductionVariants;
}
