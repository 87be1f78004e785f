/**
 * A distance between two distributions, in [0, 1]: 0 is equal. It grows with the shift,
 * and is violated when it is greater than its threshold.
 */
export interface Score {
  readonly kind: "score";
  readonly value: number;
  /**
   * Between which values the distance of all rows, without a sketch, lies for certain. Both are
   * `value` when nothing was estimated.
   */
  readonly low: number;
  readonly high: number;
}

/**
 * The probability of counts at least this far off if nothing had changed, in [0, 1]. It falls with
 * the shift and with the number of rows, and is violated when it is less than its threshold; a
 * score's threshold means nothing to it.
 */
export interface PValue {
  readonly kind: "p-value";
  readonly value: number;
  readonly statistic: number;
  readonly degreesOfFreedom: number;
}

/** A score whose true value is at most `error` away. */
export function scoreWithin(value: number, error: number): Score {
  return {
    kind: "score",
    value,
    low: Math.max(0, value - error),
    high: Math.min(1, value + error),
  };
}
