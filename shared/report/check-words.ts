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

const WORDS: Readonly<Record<ConstraintCheckType, CheckWords>> = {
  data_type_check: { name: "type matches", relation: "≥", format: formatPercent },
  completeness_check: { name: "completeness", relation: "≥", format: formatPercent },
  baseline_drift_check: { name: "drift distance", relation: "≤", format: formatNumber },
  missing_column_check: { name: "column count", relation: "=", format: formatNumber },
  extra_column_check: { name: "column count", relation: "=", format: formatNumber },
  categorical_values_check: { name: "known values", relation: "≥", format: formatPercent },
};

const P_VALUE: CheckWords = { name: "drift p-value", relation: "≥", format: formatNumber };

type CheckKind = Pick<FeatureCheck, "check" | "method">;

/** What the report calls a check. */
export function checkName(kind: CheckKind): string {
  return wordsOf(kind).name;
}

/** `observed` and `≥ limit` of a check, with digits enough to see why. */
export function observedAndLimit(check: FeatureCheck): [observed: string, limit: string] {
  const { relation, format } = wordsOf(check);
  const [observed, limit] = formatComparison(check.observed, check.threshold, format);
  return [observed, check.threshold === null ? limit : `${relation} ${limit}`];
}

/** Whether a check is about the columns that were captured and about no single feature. */
export function isColumnCheck({ check }: CheckKind): boolean {
  return check === "missing_column_check" || check === "extra_column_check";
}

/** How far a check lies on the wrong side of its limit; negative on the right side. */
export function excessOf(check: FeatureCheck): number {
  const { observed, threshold } = check;
  if (isColumnCheck(check)) return check.outcome === "violated" ? 2 : -2;
  if (observed === null || threshold === null) return -2;
  return wordsOf(check).relation === "≤" ? observed - threshold : threshold - observed;
}

function wordsOf({ check, method }: CheckKind): CheckWords {
  return method === "chi_squared" ? P_VALUE : WORDS[check];
}

const MARKS = { violated: "●", inconclusive: "◐", passed: "○", unchecked: "·" } as const;

/** An outcome as a mark whose shape says it too, for those who do not see the colour. */
export function outcomeMark(outcome: Outcome["outcome"] | "unchecked"): Html {
  const mark = MARKS[outcome];
  return html`<span class="m ${outcome}" role="img" aria-label="${outcome}">${mark}</span>`;
}
