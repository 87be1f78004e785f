import type { ConstraintCheckType, FeatureCheck } from "../contracts/check-result.ts";
import type { Outcome } from "../contracts/outcome.ts";
import { type Html, html } from "./html.ts";
import { formatComparison, formatNumber, formatPercent } from "./numbers.ts";

interface CheckWords {
  readonly name: string;
  /** What the limit demands of the observed number. */
  readonly relation: "≥" | "≤" | "=";
  readonly format: (value: number | null, digits?: number) => string;
}

export const CHECK_WORDS: Readonly<Record<ConstraintCheckType, CheckWords>> = {
  data_type_check: { name: "type matches", relation: "≥", format: formatPercent },
  completeness_check: { name: "completeness", relation: "≥", format: formatPercent },
  baseline_drift_check: { name: "drift distance", relation: "≤", format: formatNumber },
  missing_column_check: { name: "missing columns", relation: "=", format: formatNumber },
  extra_column_check: { name: "extra columns", relation: "=", format: formatNumber },
  categorical_values_check: { name: "known values", relation: "≥", format: formatPercent },
};

/** `observed` and `≥ limit` of a check, with digits enough to see why. */
export function observedAndLimit({ check, observed, threshold }: FeatureCheck): [string, string] {
  const { relation, format } = CHECK_WORDS[check];
  const [seen, limit] = formatComparison(observed, threshold, format);
  return [seen, threshold === null ? limit : `${relation} ${limit}`];
}

const MARKS = { violated: "●", inconclusive: "◐", passed: "○", unchecked: "·" } as const;

/** An outcome as a mark whose shape says it too, for those who do not see the colour. */
export function outcomeMark(outcome: Outcome["outcome"] | "unchecked"): Html {
  const mark = MARKS[outcome];
  return html`<span class="m ${outcome}" role="img" aria-label="${outcome}">${mark}</span>`;
}
