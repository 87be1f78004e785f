import { type ArmOutcomes, type PairedOutcomes, rateEvidence } from "./rate-evidence.ts";

/** Predictions of both arms in the same interval, counted over the same bins. */
export interface PairedBins {
  readonly champion: readonly number[];
  readonly candidate: readonly number[];
}

/** Ordered bins are intervals of a number; categories have no order. */
export type BinKind = "ordered" | "categories";

/**
 * Evidence against "the two distributions differ by at most the margin", after each interval.
 *
 * The difference is Kolmogorov–Smirnov's over ordered bins, the greatest difference of one category's
 * share otherwise. Each cut, or category, is a rate of its own, bet on from both sides; the mean of
 * their wealths is a wealth as well.
 *
 * @param intervals disjoint and in order of time, all over the same bins
 * @returns natural logarithms, one an interval
 * @throws RangeError when numbers of bins differ, or a count is negative
 *
 * Source and golden: as rateEvidence, of which this is the mean.
 */
export function distributionEvidence(
  intervals: readonly PairedBins[],
  kind: BinKind,
  margin: number,
): Float64Array {
  const wealths = cutsOf(intervals, kind).flatMap(({ outcomes, expectedRate }) => [
    rateEvidence(outcomes, { says: "at-most", margin, expectedRate }),
    rateEvidence(outcomes, { says: "at-least", margin: -margin, expectedRate }),
  ]);
  return Float64Array.from(intervals, (_, index) => logMean(wealths.map((one) => one[index]!)));
}

/**
 * Evidence against "the two distributions differ by the margin or more" now: the least over all cuts
 * and both sides, for each of them must be refuted.
 */
export function evidenceOfSameness(
  intervals: readonly PairedBins[],
  kind: BinKind,
  margin: number,
): number {
  const wealths = cutsOf(intervals, kind).flatMap(({ outcomes, expectedRate }) => [
    rateEvidence(outcomes, { says: "at-least", margin, expectedRate }),
    rateEvidence(outcomes, { says: "at-most", margin: -margin, expectedRate }),
  ]);
  return Math.min(...wealths.map((wealth) => wealth.at(-1) ?? 0));
}

/** The greatest difference seen over all intervals together. */
export function distributionDifference(intervals: readonly PairedBins[], kind: BinKind): number {
  const differences = cutsOf(intervals, kind).map(({ outcomes }) => {
    const rate = (arm: "champion" | "candidate"): number =>
      sumOf(outcomes.map((one) => one[arm].eventSum)) /
      sumOf(outcomes.map((one) => one[arm].trialCount));
    return Math.abs(rate("candidate") - rate("champion"));
  });
  return Math.max(...differences);
}

interface Cut {
  readonly outcomes: readonly PairedOutcomes[];
  readonly expectedRate: number;
}

function cutsOf(intervals: readonly PairedBins[], kind: BinKind): Cut[] {
  const binCount = intervals[0]?.champion.length ?? 0;
  for (const { champion, candidate } of intervals) {
    if (champion.length === binCount && candidate.length === binCount) continue;
    const counts = `${champion.length} and ${candidate.length} bins`;
    throw new RangeError(`canary: predictions in ${counts}: must be ${binCount} as at its start`);
  }
  if (binCount < 2) throw new RangeError(`canary: ${binCount} bins: must be at least 2`);
  // Of two categories the second's share follows from the first's.
  const cutCount = kind === "ordered" || binCount === 2 ? binCount - 1 : binCount;
  return Array.from({ length: cutCount }, (_, cut) => {
    const first = kind === "ordered" ? 0 : cut;
    const outcomesOf = (counts: readonly number[]): ArmOutcomes => ({
      trialCount: sumOf(counts),
      eventSum: sumOf(counts.slice(first, cut + 1)),
    });
    return {
      outcomes: intervals.map(({ champion, candidate }) => ({
        champion: outcomesOf(champion),
        candidate: outcomesOf(candidate),
      })),
      expectedRate: (cut + 1 - first) / binCount,
    };
  });
}

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

function logMean(logs: readonly number[]): number {
  const largest = Math.max(...logs);
  return largest + Math.log(sumOf(logs.map((log) => Math.exp(log - largest))) / logs.length);
}
