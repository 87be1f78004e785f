/** One rate for each arm. */
export interface RatePair {
  readonly champion: number;
  readonly candidate: number;
}

const STEP_MAX = 200;

/**
 * Of all pairs of rates that differ by just the margin, the one that an alternative is hardest to
 * tell from: the reverse information projection onto the null "differ by at most (or at least) the
 * margin", which is convex, so the likelihood ratio against this one pair is safe against all of it.
 *
 * @param alternative rates in (0, 1), outside of the null
 * @param margin candidate less champion, in (-1, 1)
 * @param candidateShare the candidate's part of the outcomes, in (0, 1)
 * @returns rates in (0, 1) with candidate − champion = margin
 * @throws RangeError when a precondition above does not hold
 *
 * Accuracy: to the nearest doubles but for some ulps. Cost: constant, about ten steps.
 * Source: Turner, Ly & Grünwald 2024, doi:10.1016/j.jspi.2023.106116, section 3.
 * Golden: scipy.optimize.minimize_scalar of the same divergence.
 */
export function closestNull(
  { champion, candidate }: RatePair,
  margin: number,
  candidateShare: number,
): RatePair {
  requireInside("rate", champion, 0);
  requireInside("rate", candidate, 0);
  requireInside("candidate's share", candidateShare, 0);
  requireInside("margin", margin, -1);
  const championShare = 1 - candidateShare;
  if (margin === 0) {
    const both = championShare * champion + candidateShare * candidate;
    return { champion: both, candidate: both };
  }
  // The divergence falls towards each arm's own best rate, so the least lies between the two.
  let low = Math.max(Math.min(champion, candidate - margin), 0, -margin);
  let high = Math.min(Math.max(champion, candidate - margin), 1, 1 - margin);
  let rate = (low + high) / 2;
  for (let step = 0; step < STEP_MAX && low < rate && rate < high; step += 1) {
    const moved = rate + margin;
    const first = rate * (1 - rate);
    const second = moved * (1 - moved);
    const slope =
      (championShare * (rate - champion)) / first + (candidateShare * (moved - candidate)) / second;
    if (slope === 0) break;
    if (slope > 0) high = rate;
    else low = rate;
    const curvature =
      championShare * (champion / rate ** 2 + (1 - champion) / (1 - rate) ** 2) +
      candidateShare * (candidate / moved ** 2 + (1 - candidate) / (1 - moved) ** 2);
    const newton = rate - slope / curvature;
    const next = low < newton && newton < high ? newton : (low + high) / 2;
    if (next === rate) break;
    rate = next;
  }
  return { champion: rate, candidate: rate + margin };
}

function requireInside(what: string, value: number, least: number): void {
  if (value > least && value < 1) return;
  throw new RangeError(`closest null: ${what} ${value}: must be inside (${least}, 1)`);
}
