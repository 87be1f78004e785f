import type { EvaluationMetric } from "../contracts/evaluation-metric.ts";
import type { SliceComparison } from "../contracts/self-healing/evaluation-report.ts";
import { pickRows } from "../quality/labelled-rows.ts";
import { CONFIDENCE } from "../stats/interval.ts";
import { comparePaired, type PairedRows } from "./compare-paired.ts";
import { comparisonText, numberText } from "./evaluation-words.ts";
import type { Slice } from "./slices.ts";

export interface SliceRules {
  readonly metric: EvaluationMetric;
  readonly sliceMargin: number;
  readonly minimumSliceRows: number;
}

/**
 * Champion and challenger in each slice. A slice is worse when its whole interval is below the margin.
 * Of many slices one is worse by chance alone, so each interval is as wide as all together need to be
 * right in 95 % of cases (Bonferroni).
 */
export function compareSlices(
  rows: PairedRows,
  slices: readonly Slice[],
  rules: SliceRules,
): SliceComparison[] {
  const measuredCount = slices.filter((slice) => isLargeEnough(slice, rules)).length;
  const confidence = 1 - (1 - CONFIDENCE) / Math.max(1, measuredCount);
  return slices.map((slice) => compareSlice(rows, slice, rules, confidence));
}

const isLargeEnough = ({ rows }: Slice, { minimumSliceRows }: SliceRules): boolean =>
  rows.length >= minimumSliceRows;

function compareSlice(
  { champion, challenger }: PairedRows,
  slice: Slice,
  rules: SliceRules,
  confidence: number,
): SliceComparison {
  const { feature, value, rows: indexes } = slice;
  const named = { feature, value, rowCount: indexes.length };
  const unmeasured = { ...named, outcome: "inconclusive", improvement: null } as const;
  if (!isLargeEnough(slice, rules)) {
    const reason = `${indexes.length} rows: at least ${rules.minimumSliceRows} are needed`;
    return { ...unmeasured, champion: null, challenger: null, reason };
  }
  const found = comparePaired(
    { champion: pickRows(champion, indexes), challenger: pickRows(challenger, indexes) },
    rules.metric,
    confidence,
  );
  const values = { champion: found.champion, challenger: found.challenger };
  const { improvement } = found;
  if (improvement === null) {
    return { ...unmeasured, ...values, reason: `${rules.metric} has no interval in these rows` };
  }
  const isWorse = improvement.interval.upper < -rules.sliceMargin;
  const limit = isWorse ? `, worse than ${numberText(rules.sliceMargin)} for certain` : "";
  return {
    ...named,
    ...values,
    outcome: isWorse ? "worse" : "passed",
    improvement,
    reason: `${comparisonText(rules.metric, found)}${limit}`,
  };
}
