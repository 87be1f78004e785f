import type { FeatureCheck, NotChecked } from "../contracts/check-result.ts";

/** A check that was made, and the words Model Monitor has for it when it is violated. */
export interface Checked {
  readonly check: FeatureCheck;
  readonly description: string;
  /** The number is known, but not well enough to say on which side of the threshold it lies. */
  readonly isUndecidable?: boolean;
}

export type CheckOrNot = Checked | { readonly notChecked: NotChecked };

/** Whether the observed number, if it is uncertain, could lie on either side of the threshold. */
export function isUndecided(
  least: number,
  most: number,
  holds: (observed: number) => boolean,
): boolean {
  return holds(least) !== holds(most);
}
