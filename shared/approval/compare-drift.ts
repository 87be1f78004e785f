import type { FeatureCheck } from "../contracts/check-result.ts";
import type { DriftReading } from "../contracts/self-healing/drift-comparison.ts";
import type { DataQualityFinding } from "../drift/check-data-quality.ts";

/** What a window's check against one baseline says of drift. */
export function driftReading(
  { result }: Pick<DataQualityFinding, "result">,
  baseline: string,
  inputs: DriftReading["inputs"],
): DriftReading {
  const { outcome, violationCount, violatedFeatureCount, driftMax } = result;
  const isTold = ({ check, outcome: found }: FeatureCheck) =>
    check === "baseline_drift_check" || found === "violated";
  return {
    ...{ baseline, outcome, violationCount, violatedFeatureCount, driftMax },
    checks: result.checks.filter(isTold),
    inputs,
  };
}
