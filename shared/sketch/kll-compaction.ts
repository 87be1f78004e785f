/** A sketch while it changes: see KllSketch. */
export interface Draft {
  readonly k: number;
  count: number;
  readonly levels: Float64Array[];
  overcount: number;
  undercount: number;
}

export const NO_ITEMS = new Float64Array(0);

/** Adds ascending items, which nobody will change, to a level; what overflows moves up. */
export function addToLevel(draft: Draft, firstLevel: number, sorted: Float64Array): void {
  let moving = sorted;
  for (let level = firstLevel; moving.length > 0; level++) {
    while (draft.levels.length <= level) draft.levels.push(NO_ITEMS);
    const items = mergeSorted(draft.levels[level]!, moving);
    if (items.length < 2 * draft.k) {
      draft.levels[level] = items;
      return;
    }
    const offset = chooseOffset(draft, level);
    if (offset === 0) draft.overcount += 2 ** level;
    else draft.undercount += 2 ** level;
    // Of an odd number the last stays, and its weight with it.
    draft.levels[level] = items.slice(items.length - (items.length % 2));
    moving = keepEveryOther(items, offset);
  }
}

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
function keepEveryOther(sorted: Float64Array, offset: 0 | 1): Float64Array {
  const kept = new Float64Array(sorted.length >> 1);
  for (let out = 0; out < kept.length; out++) kept[out] = sorted[2 * out + offset]!;
  return kept;
}

/**
 * The direction of a compaction's error: against what has piled up so far, which halves the bound.
 * When both sides are even a mixed bit decides, so that no period in the data can keep step with it.
 */
function chooseOffset({ overcount, undercount }: Draft, level: number): 0 | 1 {
  if (overcount !== undercount) return overcount < undercount ? 0 : 1;
  let mixed = Math.imul(overcount + 1, 0x9e3779b1) ^ Math.imul(level + 1, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b3c6d);
  mixed = Math.imul(mixed ^ (mixed >>> 12), 0x297a2d39);
  return ((mixed ^ (mixed >>> 15)) & 1) as 0 | 1;
}
