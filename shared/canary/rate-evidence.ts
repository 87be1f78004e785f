import { closestNull, type RatePair } from "./closest-null.ts";

/** What the requests of one arm came to in one interval, each outcome in [0, 1]. */
export interface ArmOutcomes {
  readonly trialCount: number;
  /** Sum of the outcomes. */
  readonly eventSum: number;
  /** The outcomes themselves; without them each was 0 or 1. */
  readonly values?: readonly number[];
}

/** Both arms in the same interval of time. */
export interface PairedOutcomes {
  readonly champion: ArmOutcomes;
  readonly candidate: ArmOutcomes;
}

/** What the evidence is gathered against. */
export interface RateNull {
  /** "The candidate's rate exceeds the champion's by at most, or by at least, the margin." */
  readonly says: "at-most" | "at-least";
  /** In (-1, 1). */
  readonly margin: number;
  /** The champion's rate before anything was counted; a wrong one costs samples, not validity. */
  readonly expectedRate: number;
  /** The most that one interval may multiply the wealth by; without it, as much as it will. */
  readonly gainMax?: number;
}

/** Distances from the margin that are bet on, each twice the next: 0.5 down to 0.0005. */
const DISTANCES = Array.from({ length: 11 }, (_, power) => 2 ** -(power + 1));
/** First is the bet on nothing, which keeps what it has. */
const STAKES = [0.5, ...DISTANCES.map(() => 0.5 / DISTANCES.length)];
/** So much of the wealth is staked anew each interval: harm may begin late. */
const RESTAKED = 0.005;
/** How many requests the expected rate is worth. */
const EXPECTED_WEIGHT = 20;
const RATE_LEAST = 1e-6;

/**
 * Evidence against "the candidate's rate is at most (at least) the champion's plus a margin", after
 * each interval: the wealth of a gambler who bets against it, starting with 1.
 *
 * While that is true, the wealth ever reaches 1/α with probability at most α, however often it is
 * looked at. Each interval counts by itself, given how many requests each arm had, so rates may change
 * from interval to interval in any way; within one, the requests must be independent of each other.
 * The wealth is a mixture of safe two-sample tests, one a distance beyond the margin; a small part of
 * it is spread anew each interval (fixed share), so that harm which begins late is found too.
 *
 * @param intervals disjoint and in order of time; an interval without one of the arms says nothing
 * @returns natural logarithms of the wealth, one an interval
 * @throws RangeError when a sum of events is not in [0, trials] or the null not inside its range
 *
 * Cost: O(intervals).
 * Source: Turner, Ly & Grünwald 2024, doi:10.1016/j.jspi.2023.106116; a margin other than 0 as
 * Turner & Grünwald 2023, arXiv:2203.09785; fixed share as Herbster & Warmuth 1998,
 * doi:10.1023/A:1007424614876.
 * Golden: the same wealth from scipy's optimiser and plain products of likelihood ratios.
 */
export function rateEvidence(
  intervals: readonly PairedOutcomes[],
  { says, margin, expectedRate, gainMax = Number.POSITIVE_INFINITY }: RateNull,
): Float64Array {
  const logWealth = new Float64Array(intervals.length);
  let stakes = STAKES;
  let total = 0;
  let events = expectedRate * EXPECTED_WEIGHT;
  let trials = EXPECTED_WEIGHT;
  for (const [index, { champion, candidate }] of intervals.entries()) {
    requireCounts(champion);
    requireCounts(candidate);
    if (champion.trialCount > 0 && candidate.trialCount > 0) {
      const rate = clipped(events / trials);
      const gains = DISTANCES.map((distance) => {
        const beyond = says === "at-most" ? margin + distance : margin - distance;
        const alternative = { champion: rate, candidate: clipped(rate + beyond) };
        return logGain({ champion, candidate }, alternative, { says, margin });
      });
      const best = Math.max(0, ...gains);
      const grown = stakes.map((stake, bet) => {
        const gain = bet === 0 ? 0 : gains[bet - 1]!;
        return stake * Math.exp(gain - best);
      });
      const sum = grown.reduce((all, one) => all + one, 0);
      total += Math.min(best + Math.log(sum), Math.log(gainMax));
      stakes = grown.map((one, bet) => (1 - RESTAKED) * (one / sum) + RESTAKED * STAKES[bet]!);
    }
    logWealth[index] = total;
    events += champion.eventSum;
    trials += champion.trialCount;
  }
  return logWealth;
}

/** Logarithm of the likelihood ratio of the interval, alternative to closest null. */
function logGain(
  { champion, candidate }: PairedOutcomes,
  alternative: RatePair,
  { says, margin }: Pick<RateNull, "says" | "margin">,
): number {
  const difference = alternative.candidate - alternative.champion;
  // Where the clipped alternative is not beyond the margin there is nothing to bet on.
  if (says === "at-most" ? difference <= margin : difference >= margin) return 0;
  const share = candidate.trialCount / (champion.trialCount + candidate.trialCount);
  const nearest = closestNull(alternative, margin, share);
  return (
    armGain(champion, alternative.champion, nearest.champion) +
    armGain(candidate, alternative.candidate, nearest.candidate)
  );
}

function armGain({ trialCount, eventSum, values }: ArmOutcomes, rate: number, nearest: number) {
  const ofEvent = rate / nearest;
  const ofNone = (1 - rate) / (1 - nearest);
  if (values === undefined) {
    return eventSum * Math.log(ofEvent) + (trialCount - eventSum) * Math.log(ofNone);
  }
  // A value between 0 and 1 counts as a share of an event: the mean of the ratio stays the same.
  let gain = 0;
  for (const value of values) gain += Math.log(value * ofEvent + (1 - value) * ofNone);
  return gain;
}

const clipped = (rate: number): number => Math.min(1 - RATE_LEAST, Math.max(RATE_LEAST, rate));

function requireCounts({ trialCount, eventSum }: ArmOutcomes): void {
  // CloudWatch interpolates some counts, so they need not be whole.
  if (eventSum >= 0 && eventSum <= trialCount && Number.isFinite(trialCount)) return;
  throw new RangeError(
    `canary: ${eventSum} events of ${trialCount}: must be in [0, ${trialCount}]`,
  );
}
