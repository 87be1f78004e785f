/**
 * Ranks from 1, ascending; equal values share the mean of their ranks.
 *
 * @param values finite
 * @throws RangeError when a value is not finite
 *
 * Cost: O(n log n). Golden: scipy.stats.rankdata(method="average").
 *
 * @example midranks([10, 30, 10]) // => Float64Array.of(1.5, 3, 1.5)
 */
export function midranks(values: ArrayLike<number>): Float64Array {
  const order = ascendingOrder(values);
  const ranks = new Float64Array(values.length);
  for (let start = 0; start < order.length; ) {
    const value = values[order[start]!]!;
    let end = start + 1;
    while (end < order.length && values[order[end]!] === value) end += 1;
    const rank = (start + 1 + end) / 2;
    for (let at = start; at < end; at += 1) ranks[order[at]!] = rank;
    start = end;
  }
  return ranks;
}

/**
 * Indexes of the values in ascending order.
 *
 * Sorting the values as a typed array and looking up where each stands is several times faster than
 * sorting indexes with a comparator.
 */
export function ascendingOrder(values: ArrayLike<number>): Uint32Array {
  const sorted = Float64Array.from(values);
  for (const [index, value] of sorted.entries()) {
    if (!Number.isFinite(value)) throw new RangeError(`value ${index}: ${value}: must be finite`);
  }
  sorted.sort();
  const nextPlace = new Map<number, number>();
  for (let place = sorted.length - 1; place >= 0; place -= 1) nextPlace.set(sorted[place]!, place);
  const order = new Uint32Array(sorted.length);
  for (let index = 0; index < sorted.length; index += 1) {
    const value = values[index]!;
    const place = nextPlace.get(value)!;
    order[place] = index;
    nextPlace.set(value, place + 1);
  }
  return order;
}
