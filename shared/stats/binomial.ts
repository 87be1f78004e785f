import type { RandomStream } from "./random-stream.ts";

/**
 * One draw from the binomial distribution: successes in `trialCount` trials.
 *
 * Inversion for small means, otherwise Hörmann's transformed rejection, exact in both ranges; the
 * cost does not grow with the number of trials.
 *
 * @param trialCount whole, at least 0
 * @param rate in [0, 1]
 * @throws RangeError when a precondition above does not hold
 *
 * Source: Hörmann 1993, BTRS, doi:10.1080/00949659308811496.
 */
export function drawBinomial(next: RandomStream, trialCount: number, rate: number): number {
  if (!Number.isSafeInteger(trialCount) || trialCount < 0) {
    throw new RangeError(`binomial: ${trialCount} trials: must be a whole number from 0`);
  }
  if (!(rate >= 0 && rate <= 1)) throw new RangeError(`binomial: rate ${rate}: must be in [0, 1]`);
  if (trialCount === 0 || rate === 0) return 0;
  if (rate > 0.5) return trialCount - drawBinomial(next, trialCount, 1 - rate);
  return trialCount * rate < 10
    ? drawByInversion(next, trialCount, rate)
    : drawByRejection(next, trialCount, rate);
}

/** A uniform number in (0, 1). */
const uniform = (next: RandomStream): number => (next() + 0.5) / 0x1_0000_0000;

/** Counts how many geometric waiting times fit into the trials. */
function drawByInversion(next: RandomStream, trialCount: number, rate: number): number {
  const logFailure = Math.log1p(-rate);
  let trials = 0;
  for (let successes = 0; ; successes += 1) {
    trials += Math.floor(Math.log(uniform(next)) / logFailure) + 1;
    if (trials > trialCount) return successes;
  }
}

/** Letters as in the paper. */
function drawByRejection(next: RandomStream, n: number, p: number): number {
  const spread = Math.sqrt(n * p * (1 - p));
  const b = 1.15 + 2.53 * spread;
  const a = -0.0873 + 0.0248 * b + 0.01 * p;
  const c = n * p + 0.5;
  const alpha = (2.83 + 5.1 / b) * spread;
  const odds = p / (1 - p);
  const mode = Math.floor((n + 1) * p);
  for (;;) {
    const u = uniform(next) - 0.5;
    const v = uniform(next);
    const us = 0.5 - Math.abs(u);
    const k = Math.floor(((2 * a) / us + b) * u + c);
    if (k < 0 || k > n) continue;
    if (us >= 0.07 && v <= 0.92 - 4.2 / b) return k;
    const bound = Math.log((v * alpha) / (a / (us * us) + b));
    const density =
      (mode + 0.5) * Math.log((mode + 1) / (odds * (n - mode + 1))) +
      (n + 1) * Math.log((n - mode + 1) / (n - k + 1)) +
      (k + 0.5) * Math.log((odds * (n - k + 1)) / (k + 1)) +
      stirlingTail(mode) +
      stirlingTail(n - mode) -
      stirlingTail(k) -
      stirlingTail(n - k);
    if (bound <= density) return k;
  }
}

/** ln k! less Stirling's main terms. */
function stirlingTail(k: number): number {
  const x = k + 1;
  if (k <= 9) return SMALL_TAILS[k]!;
  const square = 1 / (x * x);
  return (1 / 12 - (1 / 360 - square / 1260) * square) / x;
}

const SMALL_TAILS = [
  0.0810614667953272, 0.0413406959554092, 0.0276779256849983, 0.02079067210376509,
  0.0166446911898211, 0.0138761288230707, 0.0118967099458917, 0.010411265261972,
  0.00925546218271273, 0.00833056343336287,
];
