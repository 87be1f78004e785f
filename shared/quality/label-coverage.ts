import type { Outcome } from "../contracts/outcome.ts";
import type {
  DelayQuantiles,
  LabelCoverage,
  Representativeness,
} from "../contracts/quality-result.ts";
import { kolmogorovSmirnov } from "../stats/kolmogorov-smirnov.ts";
import type { JoinedRows } from "./joined-rows.ts";
import { rowCountOf } from "./labelled-rows.ts";
import { countText } from "./metric-text.ts";

export interface CoverageContext {
  /** Invocations that the endpoint counted; null when it was not asked. */
  readonly invocationCount: number | null;
  /** See the coverage. */
  readonly unmatchedLabelCount: number | null;
}

/** How much of what was captured is labelled, how late, and whether the rest looks alike. */
export function labelCoverage(joined: JoinedRows, context: CoverageContext): LabelCoverage {
  const { invocationCount, unmatchedLabelCount } = context;
  const { recordCount, capturedCount, unreadableCount } = joined;
  const labelledCount = rowCountOf(joined.rows);
  return {
    invocationCount,
    recordCount,
    capturedCount,
    labelledCount,
    unreadableCount,
    unmatchedLabelCount,
    labelledFraction: ratio(labelledCount, capturedCount),
    capturedFraction: ratio(recordCount, invocationCount),
    delaySeconds: delayQuantiles(joined.delaySeconds),
    representativeness: representativenessOf(joined),
  };
}

export interface CoverageRule {
  readonly minimumCoverage: number;
  /** Whether all labels that were expected should be there by now. */
  readonly isMature: boolean;
}

/**
 * What the window's labels allow to say. Before the last of them are expected nothing is concluded,
 * unless every captured row is labelled already; afterwards a fraction of them must be.
 */
export function coverageOutcome(coverage: LabelCoverage, rule: CoverageRule): Outcome {
  const { capturedCount, labelledCount, unreadableCount } = coverage;
  const counts = `${countText(labelledCount)} of ${countText(capturedCount)} captured rows`;
  if (capturedCount === 0) {
    return unreadableCount === 0
      ? inconclusive("no-captures", "nothing was captured in the window")
      : inconclusive("nothing-readable", `none of ${countText(unreadableCount)} rows can be read`);
  }
  if (!rule.isMature && labelledCount < capturedCount) {
    return inconclusive("labels-outstanding", `${counts} are labelled, and labels may still come`);
  }
  if (labelledCount / capturedCount >= rule.minimumCoverage) return { outcome: "passed" };
  const needed = `${Number((rule.minimumCoverage * 100).toFixed(4))} %`;
  return inconclusive("coverage-below-minimum", `${counts} are labelled: ${needed} are needed`);
}

function inconclusive(
  reason: Extract<Outcome, { outcome: "inconclusive" }>["reason"],
  explanation: string,
): Outcome {
  return { outcome: "inconclusive", reason, explanation };
}

function ratio(part: number, whole: number | null): number | null {
  return whole === null || whole === 0 ? null : part / whole;
}

function delayQuantiles(seconds: Float64Array): DelayQuantiles | null {
  if (seconds.length === 0) return null;
  const sorted = Float64Array.from(seconds).sort();
  // The nearest rank: a delay that did occur.
  const at = (fraction: number) => sorted[Math.ceil(fraction * sorted.length) - 1]!;
  const quantiles = { median: at(0.5), p90: at(0.9), p99: at(0.99), max: sorted.at(-1)! };
  return { count: sorted.length, ...quantiles };
}

/** Smaller samples say nothing of a distribution. */
const SCORES_MIN = 30;
/** A gap that a large sample proves may still be one that no metric would feel. */
const TOLERATED_DISTANCE = 0.1;
const SIGNIFICANCE = 0.01;

function representativenessOf(joined: JoinedRows): Representativeness | null {
  const { labelledScores, unlabelledScores } = joined;
  const [labelledCount, unlabelledCount] = [labelledScores.length, unlabelledScores.length];
  if (Math.min(labelledCount, unlabelledCount) < SCORES_MIN) return null;
  const { distance, pValue } = kolmogorovSmirnov(labelledScores, unlabelledScores);
  const representative = pValue >= SIGNIFICANCE || distance <= TOLERATED_DISTANCE;
  return { representative, distance, pValue, labelledCount, unlabelledCount };
}
