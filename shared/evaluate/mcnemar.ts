/** Rows that one model gets right and the other wrong. */
export interface Discordance {
  readonly championOnlyCount: number;
  readonly challengerOnlyCount: number;
}

export interface McNemar {
  /** Exact, two-sided; conservative. */
  readonly pValue: number;
  /** The same with half the weight on what was seen: closer to the nominal rate. */
  readonly midPValue: number;
}

/**
 * McNemar's test of two classifiers on the same rows: whether the rows that only one of them gets right
 * are as often the one's as the other's.
 *
 * @param discordance whole counts, each at least 0
 * @returns 1 without any such row: nothing speaks against equal models
 * @throws RangeError when a count is not whole and at least 0
 *
 * Cost: O(smaller count). Source: McNemar 1947, doi:10.1007/BF02295996; mid-p: Fagerland, Lydersen &
 * Laake 2013, doi:10.1186/1471-2288-13-91.
 * Golden: statsmodels.stats.contingency_tables.mcnemar(exact=True), scipy.stats.binom.
 *
 * @example mcnemar({ championOnlyCount: 1, challengerOnlyCount: 7 }).pValue // => 0.0703125
 */
export function mcnemar({ championOnlyCount, challengerOnlyCount }: Discordance): McNemar {
  for (const count of [championOnlyCount, challengerOnlyCount]) {
    if (!Number.isSafeInteger(count) || count < 0) {
      throw new RangeError(`McNemar: ${count} rows: must be a whole number from 0`);
    }
  }
  const total = championOnlyCount + challengerOnlyCount;
  const fewer = Math.min(championOnlyCount, challengerOnlyCount);
  const { tail, point } = halfBinomial(fewer, total);
  return {
    pValue: Math.min(1, 2 * tail),
    midPValue: championOnlyCount === challengerOnlyCount ? 1 - point : 2 * tail - point,
  };
}

/**
 * The binomial distribution of fair coins: at most and exactly `count` heads of `total`. The terms are
 * summed relative to the last one, as 2^-total is no number beyond 1,074 coins.
 */
function halfBinomial(count: number, total: number): { tail: number; point: number } {
  let logPoint = -total * Math.LN2;
  for (let heads = 1; heads <= count; heads += 1) {
    logPoint += Math.log((total - heads + 1) / heads);
  }
  let sum = 1;
  let ratio = 1;
  for (let heads = count; heads > 0; heads -= 1) {
    ratio *= heads / (total - heads + 1);
    sum += ratio;
  }
  const point = Math.exp(logPoint);
  return { tail: point * sum, point };
}
