import type { BinKind } from "./distribution-evidence.ts";
import type { ScoredLabel } from "./misordered-pairs.ts";

/**
 * The same stretch of time in both arms. An interval is given once and stays as it is: what comes
 * later (a late capture, a late label) belongs to the interval in which it came, for a judge that
 * looks often must not see its past change.
 */
export interface ArmInterval<Counts> {
  readonly startMillis: number;
  readonly champion: Counts;
  readonly candidate: Counts;
}

/** From CloudWatch, summed over the interval. Counts that it interpolates need not be whole. */
export interface TrafficCounts {
  readonly requestCount: number;
  /** Requests that failed on the endpoint's side: 5XX and model errors, each request once. */
  readonly errorCount: number;
  /** Requests with a measured latency, and of those the ones above the canary's threshold. */
  readonly timedCount: number;
  readonly slowCount: number;
}

/** From the profiles of captures. */
export interface CaptureCounts {
  readonly recordCount: number;
  /** Records whose output breaks the schema, or that could not be read at all. */
  readonly invalidCount: number;
  /** Predictions over the canary's bins; empty when predictions are not compared. */
  readonly predictionCounts: readonly number[];
}

export interface LabelCounts {
  readonly labelledCount: number;
  /** Wrong classes, or errors above a threshold fixed at the canary's start. */
  readonly wrongCount: number;
}

/** By when the label came; scores where the metric is AUC, counts where it is a rate of errors. */
export type LabelEvidence =
  | { readonly kind: "scores"; readonly intervals: readonly ArmInterval<readonly ScoredLabel[]>[] }
  | { readonly kind: "counts"; readonly intervals: readonly ArmInterval<LabelCounts>[] };

/**
 * Everything that was measured since the canary began, of both variants at the same times. The
 * slowness threshold and the bins are the champion's quantiles at the canary's start.
 */
export interface CanaryEvidence {
  /** When this step's share of traffic was read back. */
  readonly stepStartMillis: number;
  readonly judgedAtMillis: number;
  readonly traffic: readonly ArmInterval<TrafficCounts>[];
  readonly captures: readonly ArmInterval<CaptureCounts>[];
  readonly predictionBins: BinKind;
  readonly labels: LabelEvidence | null;
}

/** In order of time. @throws RangeError when an interval is given twice */
export function inOrderOfTime<Counts>(
  intervals: readonly ArmInterval<Counts>[],
): ArmInterval<Counts>[] {
  const inOrder = [...intervals].sort((a, b) => a.startMillis - b.startMillis);
  for (const [index, { startMillis }] of inOrder.entries()) {
    if (index === 0 || inOrder[index - 1]!.startMillis < startMillis) continue;
    throw new RangeError(`canary: interval at ${startMillis} ms: must be given once`);
  }
  return inOrder;
}
