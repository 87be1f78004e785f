import type {
  PutScalingPolicyCommandInput,
  RegisterScalableTargetCommandInput,
} from "@aws-sdk/client-application-auto-scaling";
import type { SimulatorContext } from "../context.ts";
import type { Deployment } from "../state.ts";

/** A variant whose number of instances somebody lets AWS choose. */
export interface StoredScalableTarget {
  /** `endpoint/{endpoint}/variant/{variant}` */
  readonly name: string;
  readonly arn: string;
  readonly creationMillis: number;
  readonly input: Omit<RegisterScalableTargetCommandInput, "Tags">;
}

export interface StoredScalingPolicy {
  /** The target's name and the policy's. */
  readonly name: string;
  readonly arn: string;
  readonly creationMillis: number;
  readonly input: PutScalingPolicyCommandInput;
}

export function resourceIdOf(endpoint: string, variant: string): string {
  return `endpoint/${endpoint}/variant/${variant}`;
}

/** Variants that scale, and that an update would remove or move to other instances. */
export function scaledVariantsInTheWay(
  { state }: SimulatorContext,
  endpoint: string,
  { from, to }: { readonly from: Deployment; readonly to: Deployment },
): readonly string[] {
  return from.variants
    .filter(({ name }) => state.scalableTargets.has(resourceIdOf(endpoint, name)))
    .filter(({ name, instanceType }) => {
      const next = to.variants.find((variant) => variant.name === name);
      return next?.instanceType !== instanceType;
    })
    .map(({ name }) => name);
}

/** An endpoint that goes takes the scaling of its variants with it. */
export function forgetScaling({ state }: SimulatorContext, endpoint: string): void {
  const prefix = resourceIdOf(endpoint, "");
  for (const map of [state.scalableTargets, state.scalingPolicies]) {
    for (const name of map.keys()) if (name.startsWith(prefix)) map.delete(name);
  }
}
