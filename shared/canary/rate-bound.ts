import { type PairedOutcomes, rateEvidence } from "./rate-evidence.ts";

/** Round differences that a person can read, widest first. */
const MARGINS = [
  0.8, 0.6, 0.5, 0.4, 0.3, 0.25, 0.2, 0.15, 0.12, 0.1, 0.08, 0.06, 0.05, 0.04, 0.03, 0.025, 0.02,
  0.015, 0.012, 0.01, 0.008, 0.006, 0.005, 0.004, 0.003, 0.0025, 0.002, 0.0015, 0.001, 0.0005, 0,
] as const;

/**
 * By how much the candidate's rate exceeds the champion's at most: an upper confidence bound that
 * holds at all times at once, so it may be read at every look.
 *
 * Margins are tried from the widest down, and the first one that the evidence does not refute ends
 * it: so one test alone decides whether the bound is wrong.
 *
 * @param confidence in (0, 1)
 * @returns the least margin refuted, or null when not even the widest is; never below 0
 *
 * Cost: O(intervals) for each of 31 margins at most.
 * Source: Turner & Grünwald 2023, arXiv:2203.09785; fixed sequence of tests as Maurer et al. 1995.
 */
export function rateBound(
  intervals: readonly PairedOutcomes[],
  expectedRate: number,
  confidence: number,
): number | null {
  const needed = Math.log(1 / (1 - confidence));
  let bound: number | null = null;
  for (const margin of MARGINS) {
    const evidence = rateEvidence(intervals, { says: "at-least", margin, expectedRate });
    if ((evidence.at(-1) ?? 0) < needed) break;
    bound = margin;
  }
  return bound;
}
