/** The greatest gap between two empirical distribution functions, and how rare it is by chance. */
export interface KolmogorovSmirnov {
  /** In [0, 1]. */
  readonly distance: number;
  /** Of samples of one continuous distribution; too large, never too small, when values tie. */
  readonly pValue: number;
}

/**
 * Two-sample Kolmogorov–Smirnov test, two-sided, p-value by Smirnov's limit.
 *
 * @param first finite values, at least 1
 * @param second the same
 * @throws RangeError when a sample is empty or a value is not finite
 *
 * Accuracy: the distance is exact; the limit's p-value is within 0.01 from about 100 values a sample.
 * Cost: O(n log n).
 * Source: Smirnov 1948, doi:10.1214/aoms/1177730256.
 * Golden: scipy.stats.ks_2samp(...).statistic, scipy.special.kolmogorov(sqrt(nm/(n+m)) · distance).
 *
 * @example kolmogorovSmirnov([1, 2], [3, 4]).distance // => 1
 */
export function kolmogorovSmirnov(
  first: ArrayLike<number>,
  second: ArrayLike<number>,
): KolmogorovSmirnov {
  const a = sorted(first);
  const b = sorted(second);
  let distance = 0;
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    const value = Math.min(a[i]!, b[j]!);
    while (i < a.length && a[i]! <= value) i += 1;
    while (j < b.length && b[j]! <= value) j += 1;
    distance = Math.max(distance, Math.abs(i / a.length - j / b.length));
  }
  const effectiveCount = (a.length * b.length) / (a.length + b.length);
  return { distance, pValue: kolmogorovTail(Math.sqrt(effectiveCount) * distance) };
}

function sorted(values: ArrayLike<number>): Float64Array {
  if (values.length === 0) throw new RangeError("Kolmogorov–Smirnov: 0 values: at least 1 needed");
  const copy = Float64Array.from(values);
  const bad = copy.find((value) => !Number.isFinite(value));
  if (bad !== undefined) throw new RangeError(`Kolmogorov–Smirnov: ${bad}: must be finite`);
  return copy.sort();
}

/** The chance that the limit of √n · distance is greater than x. */
export function kolmogorovTail(x: number): number {
  if (x <= 0) return 1;
  let sum = 0;
  if (x < 1) {
    // The theta function's other series, which converges where the alternating one does not.
    for (let k = 1; k < 40; k += 2) sum += Math.exp((-(k ** 2) * Math.PI ** 2) / (8 * x ** 2));
    return 1 - (Math.sqrt(2 * Math.PI) / x) * sum;
  }
  for (let k = 1; k < 40; k += 1) sum += (k % 2 === 1 ? 1 : -1) * Math.exp(-2 * k ** 2 * x ** 2);
  return Math.min(1, 2 * sum);
}
