import type { CheckResult, FeatureCheck } from "../contracts/check-result.ts";
import type { Constraints, FeatureConstraints } from "../contracts/constraints-file.ts";
import type { Outcome } from "../contracts/outcome.ts";
import type { FeatureStatistics, Statistics } from "../contracts/statistics-file.ts";
import type { TypeCounts } from "../sketch/column-state.ts";
import { excessOf } from "./check-words.ts";

/** What a data-quality report is drawn from. */
export interface DataQualityReport {
  /** Nothing of `inputs` is shown: an offline and a deployed run give the same report. */
  readonly result: Omit<CheckResult, "inputs">;
  readonly constraints: Constraints | null;
  readonly baseline: Statistics | null;
  /** null when nothing could be read. */
  readonly window: Statistics | null;
  /** How many values of each type the window held, by feature. */
  readonly windowTypes: ReadonlyMap<string, TypeCounts>;
}

/** Everything the report says about one feature. */
export interface ReportFeature {
  readonly name: string;
  readonly outcome: Outcome["outcome"] | "unchecked";
  readonly checks: readonly FeatureCheck[];
  readonly constraints: FeatureConstraints | undefined;
  readonly baseline: FeatureStatistics | undefined;
  readonly window: FeatureStatistics | undefined;
  readonly types: TypeCounts | undefined;
}

const RANK = { violated: 0, inconclusive: 1, passed: 2, unchecked: 3 } as const;

/** All features with statistics on either side, the worst first. */
export function listReportFeatures(report: DataQualityReport): ReportFeature[] {
  const constraints = byName(report.constraints?.features);
  const baseline = byName(report.baseline?.features);
  const window = byName(report.window?.features);
  const checks = Map.groupBy(report.result.checks, (check) => check.feature);
  const names = new Set([...constraints.keys(), ...baseline.keys(), ...window.keys()]);
  const features = [...names].map((name): ReportFeature => {
    const ownChecks = [...(checks.get(name) ?? [])].sort(worseCheckFirst);
    return {
      name,
      outcome: ownChecks[0]?.outcome ?? "unchecked",
      checks: ownChecks,
      constraints: constraints.get(name),
      baseline: baseline.get(name),
      window: window.get(name),
      types: report.windowTypes.get(name),
    };
  });
  return features.sort(
    (a, b) =>
      RANK[a.outcome] - RANK[b.outcome] || severity(b) - severity(a) || compareText(a.name, b.name),
  );
}

/** The checks of one outcome over all features, the worst first. */
export function listChecks(report: DataQualityReport, outcome: Outcome["outcome"]): FeatureCheck[] {
  return report.result.checks
    .filter((check) => check.outcome === outcome)
    .sort((a, b) => worseCheckFirst(a, b) || compareText(a.feature, b.feature));
}

function byName<T extends { readonly name: string }>(items: readonly T[] = []): Map<string, T> {
  return new Map(items.map((item) => [item.name, item]));
}

function worseCheckFirst(a: FeatureCheck, b: FeatureCheck): number {
  return (
    RANK[a.outcome] - RANK[b.outcome] || excessOf(b) - excessOf(a) || compareText(a.check, b.check)
  );
}

function severity(feature: ReportFeature): number {
  return Math.max(-2, ...feature.checks.map(excessOf));
}

function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
