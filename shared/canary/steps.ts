import type { RolloutDefinition } from "../contracts/rollout-definition.ts";

/** The two variants of a canary, by name. */
export interface CanaryVariants {
  readonly champion: string;
  readonly candidate: string;
}

/** The fractions of the traffic at a percentage for the candidate; they sum to 1. */
export function sharesAt(
  percent: number,
  { champion, candidate }: CanaryVariants,
): Readonly<Record<string, number>> {
  return { [champion]: (100 - percent) / 100, [candidate]: percent / 100 };
}

/** DesiredWeightsAndCapacities of UpdateEndpointWeightsAndCapacities for such fractions. */
export function weightsOf(
  shares: Readonly<Record<string, number>>,
): { readonly VariantName: string; readonly DesiredWeight: number }[] {
  return Object.entries(shares).map(([VariantName, DesiredWeight]) => ({
    VariantName,
    DesiredWeight,
  }));
}

/** The percentages that are baked, in order: all but the last, which is 100 and no canary any more. */
export function bakedPercents({ steps }: Pick<RolloutDefinition, "steps">): readonly number[] {
  return steps.filter((percent) => percent < 100);
}

/**
 * How many instances the candidate needs at a share of the traffic, when the champion carries all of it
 * on so many; before 100 % as many as the champion has.
 */
export function instancesAt(percent: number, championCount: number): number {
  return Math.max(1, Math.ceil((championCount * percent) / 100));
}
