import type { FeatureConstraints, MonitoringConfig } from "../contracts/constraints-file.ts";
import { javaDoubleText } from "../contracts/java-double.ts";
import type { ColumnState } from "../sketch/column-state.ts";
import { presentCount } from "../sketch/column-state-views.ts";
import type { CheckOrNot } from "./checked.ts";

/**
 * Whether enough of the present values have the type of the baseline.
 *
 * Fractional takes whole numbers too; Integral does not take `1.0`. A String column may hold texts
 * that look like numbers, as one text among them made it a String column at the baseline too; but
 * when all of them do, none is a String. That much is known of Model Monitor: its SDK's tests
 * expect a violation there (https://github.com/aws/sagemaker-python-sdk,
 * test_quality_check_steps.py, `bad_cases`).
 */
export function checkDataType(
  { name, inferred_type }: FeatureConstraints,
  { datatype_check_threshold: threshold }: MonitoringConfig,
  state: ColumnState,
): CheckOrNot {
  const check = { feature: name, check: "data_type_check", threshold } as const;
  const matching = matchingCount(inferred_type, state);
  if (matching === null) {
    const explanation = "the constraints expect no type of it";
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
  state: ColumnState,
): number | null {
  const { integral, fractional, boolean, string } = state.types;
  switch (type) {
    case "Integral":
      return integral;
    case "Fractional":
      return integral + fractional;
    case "String":
      return boolean + string > 0 ? presentCount(state) : 0;
    case "Unknown":
      return null;
  }
}
