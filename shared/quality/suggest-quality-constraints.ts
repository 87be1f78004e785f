import type { MetricConstraint, QualityConstraints } from "../contracts/quality-files.ts";
import type { QualityMeasurement } from "./measure-quality.ts";
import { constrainable, isOurs, operatorOf } from "./metric-names.ts";

/**
 * Of few rows they are too large by chance alone, so a window is no match for a baseline of more rows.
 * They are measured all the same, and who wants a limit can set one.
 */
const NOT_SUGGESTED: readonly string[] = [
  "expected_calibration_error",
  "classwise_calibration_error",
];

/**
 * Constraints from a baseline: each metric's own value is its threshold, without slack, as Model
 * Monitor suggests them. What the baseline could not measure gets none; in the dialect `sagemaker`
 * neither do metrics that Model Monitor does not have.
 */
export function suggestQualityConstraints(baseline: QualityMeasurement): QualityConstraints {
  const { problem, dialect, metrics } = baseline;
  const natures = constrainable(problem);
  const constraints: Record<string, MetricConstraint> = {};
  for (const { name, value } of metrics) {
    const nature = natures[name];
    if (nature === undefined || value === null || NOT_SUGGESTED.includes(name)) continue;
    if (dialect === "sagemaker" && isOurs(problem, name)) continue;
    constraints[name] = { threshold: value, comparison_operator: operatorOf(nature) };
  }
  return { problem, constraints };
}
