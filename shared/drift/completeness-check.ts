import type { FeatureConstraints } from "../contracts/constraints-file.ts";
import { javaDoubleText } from "../contracts/java-double.ts";
import type { ColumnState } from "../sketch/column-state.ts";
import { presentCount } from "../sketch/column-state-views.ts";
import type { Checked } from "./checked.ts";

/** Whether at least the baseline's fraction of values is present; no slack for small windows. */
export function checkCompleteness(
  { name, completeness: threshold }: FeatureConstraints,
  state: ColumnState,
  rowCount: number,
): Checked {
  const present = presentCount(state);
  const observed = present / rowCount;
  const check = { feature: name, check: "completeness_check", observed, threshold } as const;
  const description = requirementText(observed);
  if (observed >= threshold) return { check: { ...check, outcome: "passed" }, description };
  const explanation = `${present} of ${rowCount} values are present`;
  return { check: { ...check, outcome: "violated", explanation }, description };
}

/** Deequ's own words, with the space at their end. */
export function requirementText(observed: number): string {
  return `Value: ${javaDoubleText(observed)} does not meet the constraint requirement! `;
}
