import type { CheckInputs, CheckResult } from "./check-result.ts";
import type { InconclusiveReason, Outcome } from "./outcome.ts";
import type { ComparisonOperator, Dialect, Problem } from "./quality-files.ts";

/** A 95 % interval of a metric. */
export interface MetricInterval {
  readonly lower: number;
  readonly upper: number;
  readonly method: string;
}

/** One metric against its threshold: what was measured and what follows. */
export interface MetricCheck {
  readonly metric: string;
  readonly check: ComparisonOperator;
  readonly outcome: Outcome["outcome"];
  /** null when the metric is undefined. */
  readonly observed: number | null;
  readonly interval: MetricInterval | null;
  readonly threshold: number;
  /**
   * How likely chance alone makes it as much worse, adjusted for all limits that were tested together;
   * null where the point decides or nothing can be decided.
   */
  readonly adjustedPValue: number | null;
  readonly reason?: InconclusiveReason;
  /** One sentence with the numbers in it. */
  readonly explanation: string;
}

/** How much of a window's predictions is labelled, and how the labels came. */
export interface LabelCoverage {
  /** Invocations that the endpoint counted; null when it was not asked. */
  readonly invocationCount: number | null;
  /** Requests captured, each of one row or several. */
  readonly recordCount: number;
  /** Rows captured. */
  readonly capturedCount: number;
  /** Of the captured rows, those with a label. */
  readonly labelledCount: number;
  /** Captured rows of whose prediction or label nothing could be made; in neither count above. */
  readonly unreadableCount: number;
  /**
   * Of the labels that arrived during the window, those of no request that was captured in it or so long
   * before as labels may take. null before the window has matured, of a single variant, where none
   * arrived, and where when they arrived is not known, as offline.
   */
  readonly unmatchedLabelCount: number | null;
  /** labelled / captured; null when nothing was captured. */
  readonly labelledFraction: number | null;
  /** Captured requests / invocations; null when these are unknown or 0. */
  readonly capturedFraction: number | null;
  /** From inference to label; null when no label says its time. */
  readonly delaySeconds: DelayQuantiles | null;
  /** Scores of labelled against unlabelled rows; null when one side has too few. */
  readonly representativeness: Representativeness | null;
}

export interface DelayQuantiles {
  /** Labels that say when they were made. */
  readonly count: number;
  readonly median: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
}

/** Whether the rows labelled so far look like those that are not: a Kolmogorov–Smirnov test. */
export interface Representativeness {
  readonly representative: boolean;
  readonly distance: number;
  readonly pValue: number;
  readonly labelledCount: number;
  readonly unlabelledCount: number;
}

/** `result.json` of a model-quality check. */
export interface QualityCheckResult {
  readonly version: "1";
  readonly check: "model-quality";
  readonly dialect: Dialect;
  readonly problem: Problem;
  readonly outcome: Outcome;
  readonly rowCount: number;
  readonly violationCount: number;
  readonly coverage: LabelCoverage;
  readonly metrics: readonly MetricReading[];
  readonly checks: readonly MetricCheck[];
  readonly inputs: CheckInputs & { readonly labels: CheckInputs["captures"] };
}

/** A metric as `result.json` has it, ours included in either dialect. */
export interface MetricReading {
  readonly metric: string;
  readonly value: number | null;
  readonly interval: MetricInterval | null;
  readonly standardDeviation: number | null;
  readonly undefinedBecause?: string;
}

/** `result.json` of any check. */
export type AnyCheckResult = CheckResult | QualityCheckResult;
