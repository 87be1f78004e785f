/** The items of two ascending arrays, ascending; where one is empty, the other itself. */
export function mergeSorted(a: Float64Array, b: Float64Array): Float64Array {
  if (a.length === 0) return b;
  if (b.length === 0) return a;
  const merged = new Float64Array(a.length + b.length);
  let [i, j, out] = [0, 0, 0];
  while (i < a.length && j < b.length) {
    const x = a[i]!;
    const y = b[j]!;
    if (x <= y) {
      merged[out++] = x;
      i++;
    } else {
      merged[out++] = y;
      j++;
    }
  }
  if (i < a.length) merged.set(a.subarray(i), out);
  else merged.set(b.subarray(j), out);
  return merged;
}

/**
 * Every other item of an ascending array, from `offset` on; the last of an odd number stays behind.
 *
 * Of r items below some value, ⌈r/2⌉ are kept at offset 0 and ⌊r/2⌋ at offset 1: with doubled weight
 * the rank is too high by at most one item, or too low by at most one, the same way for every value.
 */
export function keepEveryOther(sorted: Float64Array, offset: 0 | 1): Float64Array {
  const kept = new Float64Array(sorted.length >> 1);
  for (let out = 0; out < kept.length; out++) kept[out] = sorted[2 * out + offset]!;
  return kept;
}

/**
 * The direction of a compaction's error: against what has piled up so far, which halves the bound.
 * When both sides are even a mixed bit decides, so that no period in the data can keep step with it.
 */
export function chooseOffset(
  { overcount, undercount }: { readonly overcount: number; readonly undercount: number },
  level: number,
): 0 | 1 {
  if (overcount !== undercount) return overcount < undercount ? 0 : 1;
  let mixed = Math.imul(overcount + 1, 0x9e3779b1) ^ Math.imul(level + 1, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d);
  mixed = Math.imul(mixed ^ (mixed >>> 12), 0x297a2d39);
  return ((mixed ^ (mixed >>> 15)) & 1) as 0 | 1;
}
