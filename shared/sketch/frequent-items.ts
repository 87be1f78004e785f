/** Distinct texts that a frequent-items sketch keeps. */
export const FREQUENT_ITEMS_CAPACITY = 512;

/**
 * Misra–Gries: the most frequent texts with lower bounds of their counts.
 *
 * The true count of a kept text lies in [count, count + undercount]; a text that is not kept occurs
 * at most `undercount` times. `undercount` ≤ n / 513 for n texts, however they were split and merged.
 *
 * Source: Misra, Gries 1982, doi:10.1016/0167-6423(82)90012-0; merge: Agarwal et al. 2012,
 * "Mergeable summaries", doi:10.1145/2213556.2213562, section 4.
 */
export interface FrequentItems {
  readonly counts: ReadonlyMap<string, number>;
  readonly undercount: number;
}

export const emptyFrequentItems: FrequentItems = { counts: new Map(), undercount: 0 };

/**
 * Keeps at most 512 texts: what the 513th largest count is, all counts lose, and `undercount` gains.
 * The outcome depends on the counts alone, not on their order, ties included.
 */
export function reduceFrequent(
  entries: Iterable<readonly [text: string, count: number]>,
  undercount: number,
): FrequentItems {
  const counts = new Map<string, number>();
  for (const [text, count] of entries) counts.set(text, (counts.get(text) ?? 0) + count);
  if (counts.size <= FREQUENT_ITEMS_CAPACITY) return { counts, undercount };

  const descending = Float64Array.from(counts.values()).sort().reverse();
  const lost = descending[FREQUENT_ITEMS_CAPACITY]!;
  const kept = new Map<string, number>();
  for (const [text, count] of counts) if (count > lost) kept.set(text, count - lost);
  return { counts: kept, undercount: undercount + lost };
}

/**
 * The frequent texts of both sets together. The bounds add up, so the result holds what
 * {@link FrequentItems} promises however the texts were split; which texts are kept may differ.
 */
export function mergeFrequent(a: FrequentItems, b: FrequentItems): FrequentItems {
  return reduceFrequent([...a.counts, ...b.counts], a.undercount + b.undercount);
}
