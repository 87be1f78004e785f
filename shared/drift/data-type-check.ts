import type { FeatureConstraints, MonitoringConfig } from "../contracts/constraints-file.ts";
import { javaDoubleText } from "../contracts/java-double.ts";
import type { ColumnState, TypeCounts } from "../sketch/column-state.ts";
import { presentCount } from "../sketch/column-state-views.ts";
import type { CheckOrNot } from "./checked.ts";

/**
 * Whether enough of the present values have the type of the baseline.
 *
 * Fractional takes whole numbers too; Integral does not take `1.0`. Every text is a String, so a String
 * column has nothing to check here: its values are the categorical values check's matter.
 */
export function checkDataType(
  { name, inferred_type }: FeatureConstraints,
  { datatype_check_threshold: threshold }: MonitoringConfig,
  state: ColumnState,
): CheckOrNot {
  const check = { feature: name, check: "data_type_check", threshold } as const;
  const matching = matchingCount(inferred_type, state.types);
  if (matching === null) {
    const explanation = `every value is of the expected type ${inferred_type}`;
    return { notChecked: { feature: name, check: check.check, explanation } };
  }
  const present = presentCount(state);
  if (present === 0) {
    const explanation = `no value is present, so none can be ${inferred_type}`;
    return {
      check: { ...check, outcome: "inconclusive", observed: null, explanation },
      description: "",
    };
  }
  const observed = matching / present;
  const percent = (fraction: number): string => `${javaDoubleText(fraction * 100)}%`;
  const description =
    "Data type match requirement is not met. " +
    `Expected data type: ${inferred_type}, Expected match: ${percent(threshold)}. ` +
    `Observed: Only ${percent(observed)} of data is ${inferred_type}.`;
  if (observed >= threshold)
    return { check: { ...check, outcome: "passed", observed }, description };
  const explanation = `${matching} of ${present} values are ${inferred_type}`;
  return { check: { ...check, outcome: "violated", observed, explanation }, description };
}

function matchingCount(
  type: FeatureConstraints["inferred_type"],
  { integral, fractional }: TypeCounts,
): number | null {
  if (type === "Integral") return integral;
  return type === "Fractional" ? integral + fractional : null;
}
