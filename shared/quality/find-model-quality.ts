import type { Outcome } from "../contracts/outcome.ts";
import type {
  Dialect,
  QualityConstraints,
  QualityStatistics,
  QualityViolation,
} from "../contracts/quality-files.ts";
import type {
  LabelCoverage,
  MetricReading,
  QualityCheckResult,
} from "../contracts/quality-result.ts";
import { checkModelQuality } from "./check-model-quality.ts";
import type { JoinedRows } from "./joined-rows.ts";
import { rowCountOf } from "./labelled-rows.ts";
import { measureQuality, type QualityMeasurement } from "./measure-quality.ts";
import type { MeasuredMetric } from "./measured-metric.ts";

export interface QualityInput {
  readonly joined: JoinedRows;
  readonly coverage: LabelCoverage;
  /** What the coverage allows to say. */
  readonly coverageOutcome: Outcome;
  readonly dialect: Dialect;
  readonly minimumLabelCount: number;
  /** null when there are none, and why. */
  readonly constraints: QualityConstraints | null;
  /** What the baseline measured; null when only its constraints are known. */
  readonly baseline: QualityStatistics | null;
  readonly noConstraintsBecause?: string;
}

/** What a check of a window found, before it is known what it read. */
export interface QualityFinding {
  readonly result: Omit<QualityCheckResult, "inputs">;
  readonly measurement: QualityMeasurement;
  readonly constraints: QualityConstraints | null;
  readonly violations: readonly QualityViolation[];
}

/** Measures a window's labelled rows and compares them with the baseline. */
export function findModelQuality(input: QualityInput): QualityFinding {
  const { joined, coverage, dialect, constraints, baseline, minimumLabelCount } = input;
  const measurement = measureQuality(joined.rows, dialect);
  const check = checkModelQuality({
    measurement,
    constraints,
    baseline,
    minimumLabelCount,
    coverage: input.coverageOutcome,
  });
  const outcome = explained(check.outcome, input.noConstraintsBecause);
  return {
    result: {
      version: "1",
      check: "model-quality",
      dialect,
      problem: measurement.problem,
      outcome,
      rowCount: rowCountOf(joined.rows),
      violationCount: check.violations.length,
      coverage,
      metrics: measurement.metrics.map(readingOf),
      checks: check.checks,
    },
    measurement,
    constraints,
    violations: check.violations,
  };
}

function explained(outcome: Outcome, noConstraintsBecause: string | undefined): Outcome {
  const isAbsent = outcome.outcome === "inconclusive" && outcome.reason === "no-baseline";
  if (!isAbsent || noConstraintsBecause === undefined) return outcome;
  return { ...outcome, explanation: noConstraintsBecause };
}

function readingOf(metric: MeasuredMetric): MetricReading {
  const { name, value, interval, standardDeviation } = metric;
  const reading = { metric: name, value, interval, standardDeviation };
  if (metric.value !== null) return reading;
  return { ...reading, undefinedBecause: metric.undefinedBecause };
}
