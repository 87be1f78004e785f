import { settlementOf, trafficShares } from "../canary/settled.ts";
import { weightsOf } from "../canary/steps.ts";
import type { EndpointDescription } from "../contracts/endpoint-progress.ts";

/** What the champion was before the rollout, from the deployment timeline and the run. */
export interface ChampionRecord {
  readonly variant: string;
  /** The configuration that it served alone with. */
  readonly endpointConfigName: string;
  /** Its instances then; it may have been scaled in while it had less traffic. */
  readonly instanceCount?: number;
}

export type RollBackPlan =
  /** The champion carries everything, read back. */
  | { readonly kind: "done" }
  /** One call of UpdateEndpointWeightsAndCapacities. */
  | { readonly kind: "weights"; readonly weights: readonly DesiredWeight[] }
  /** Its variant is gone: only an update to its configuration brings it back. */
  | { readonly kind: "redeploy"; readonly endpointConfigName: string }
  /** Something is under way, and SageMaker takes no call meanwhile. */
  | { readonly kind: "wait"; readonly reason: string }
  /** No call helps. */
  | { readonly kind: "broken"; readonly reason: string };

export interface DesiredWeight {
  readonly VariantName: string;
  readonly DesiredWeight: number;
  readonly DesiredInstanceCount?: number;
}

/**
 * What restores the champion, judged by how the endpoint is and nothing else: so it may be asked again
 * after each call, event or crash until it says `done`. It asks for one call that gives the champion all
 * traffic, and its instances back; a candidate that is gone needs none.
 *
 * @param isGuarded whether the model was changed under the champion's own variant, by a guardrail
 */
export function planRollBack(
  endpoint: EndpointDescription,
  champion: ChampionRecord,
  isGuarded = false,
): RollBackPlan {
  const { variant, endpointConfigName } = champion;
  const target = isGuarded ? endpointConfigName : (endpoint.EndpointConfigName ?? "");
  const shares = new Map([...trafficShares(endpoint).keys()].map((name) => [name, 0]));
  const isThere = shares.has(variant);
  const wanted = Object.fromEntries(shares.set(variant, 1));
  // Its instances are no part of being done: scaling may take them away again, and rightly.
  const settlement = settlementOf(endpoint, { configName: target, shares: wanted });
  switch (settlement.kind) {
    case "broken":
      return { kind: "broken", reason: `status ${settlement.status}: ${settlement.reason}` };
    case "wait":
      return { kind: "wait", reason: `the endpoint is ${settlement.status}` };
    case "applied":
      return { kind: "done" };
    case "rolled-back":
      return { kind: "redeploy", endpointConfigName };
    case "settled":
      if (!isThere) return { kind: "redeploy", endpointConfigName };
      return { kind: "weights", weights: restoring(endpoint, wanted, champion) };
  }
}

function restoring(
  { ProductionVariants = [] }: EndpointDescription,
  shares: Readonly<Record<string, number>>,
  { variant, instanceCount = 0 }: ChampionRecord,
): DesiredWeight[] {
  const now = ProductionVariants.find(({ VariantName }) => VariantName === variant);
  const isScaledIn = (now?.DesiredInstanceCount ?? 0) < instanceCount;
  return weightsOf(shares).map((weight) =>
    weight.VariantName === variant && isScaledIn
      ? { ...weight, DesiredInstanceCount: instanceCount }
      : weight,
  );
}
