import type { FeatureCheck } from "../contracts/check-result.ts";
import type { DriftReading } from "../contracts/self-healing/drift-comparison.ts";
import type { OutputForm } from "../contracts/self-healing/training-set.ts";
import type { DataQualityFinding } from "../drift/check-data-quality.ts";
import type { Baseline } from "../drift/suggest-baseline.ts";

/**
 * A baseline without what it says of outputs. Those of the window are the champion's: to compare them with
 * what a challenger answers would show the difference of two models, and call it drift.
 */
export function ofInputs<Described extends Baseline>(
  baseline: Described,
  { columnCount, names }: OutputForm,
): Described {
  const isInput = ({ name }: { readonly name: string }, index: number) =>
    names === null ? index >= columnCount : !names.includes(name);
  const { statistics, constraints } = baseline;
  return {
    ...baseline,
    statistics: { ...statistics, features: statistics.features.filter(isInput) },
    constraints: { ...constraints, features: constraints.features.filter(isInput) },
  };
}

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
