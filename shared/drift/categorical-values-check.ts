import type { NotChecked } from "../contracts/check-result.ts";
import type { FeatureConstraints, MonitoringConfig } from "../contracts/constraints-file.ts";
import type { ColumnState } from "../sketch/column-state.ts";
import { categoryName, windowCategories } from "./category-counts.ts";
import { type CheckOrNot, isUndecided } from "./checked.ts";
import { requirementText } from "./completeness-check.ts";

/** Whether enough of the present values are among those that the baseline knew. */
export function checkCategoricalValues(
  { name, string_constraints }: FeatureConstraints,
  { domain_content_threshold: threshold }: MonitoringConfig,
  state: ColumnState,
): CheckOrNot {
  const check = { feature: name, check: "categorical_values_check", threshold } as const;
  const domains = string_constraints?.domains;
  if (domains === undefined) {
    return { notChecked: notChecked(name, "the constraints list no values for it") };
  }
  const known = countKnown(state, domains);
  if (known.present === 0) {
    const explanation = "no value is present, so none can be a known one";
    return {
      check: { ...check, outcome: "inconclusive", observed: null, explanation },
      description: "",
    };
  }
  const observed = known.count / known.present;
  const least = known.least / known.present;
  const most = known.most / known.present;
  const measured = {
    ...check,
    observed,
    ...(least < most ? { interval: [least, most] as const } : {}),
  };
  const description = requirementText(observed);
  const holds = (fraction: number): boolean => fraction >= threshold;
  if (isUndecided(least, most, holds)) {
    const explanation =
      `between ${known.least} and ${known.most} of ${known.present} values are known ones: ` +
      "the column has too many different values to count each";
    const check = { ...measured, outcome: "inconclusive", explanation } as const;
    return { check, description, isUndecidable: true };
  }
  if (holds(observed)) return { check: { ...measured, outcome: "passed" }, description };
  const explanation =
    `${known.count} of ${known.present} values are among ` +
    `the ${domains.length} of the baseline`;
  return { check: { ...measured, outcome: "violated", explanation }, description };
}

interface KnownCounts {
  readonly present: number;
  readonly count: number;
  readonly least: number;
  readonly most: number;
}

function countKnown(state: ColumnState, domains: readonly string[]): KnownCounts {
  const { counts, countError, valueCount: present } = windowCategories(state);
  const known = new Set(domains.map((text) => categoryName(state, text)));
  let count = 0;
  let least = 0;
  let unknownLeast = 0;
  for (const [category, seen] of counts) {
    // What a sketch holds was seen at least once.
    const seenLeast = Math.min(seen, Math.max(1, seen - countError));
    if (known.has(category)) {
      count += seen;
      least += seenLeast;
    } else {
      unknownLeast += seenLeast;
    }
  }
  if (countError === 0) return { present, count, least: count, most: count };
  const most = Math.min(present - unknownLeast, count + known.size * countError);
  return { present, count: Math.min(count, most), least, most };
}

function notChecked(feature: string, explanation: string): NotChecked {
  return { feature, check: "categorical_values_check", explanation };
}
