import { addToLevel, type Draft, mergeSorted, NO_ITEMS } from "./kll-compaction.ts";

/** Default size: rank and KS error stay below 0.5 % up to millions of values. */
export const KLL_SIZE = 512;

/**
 * KLL: a sketch of the ranks of a set of numbers, in little space, without randomness.
 *
 * A level that reaches 2k items is compacted: every other one moves up, with twice the weight. Each
 * compaction changes a rank by at most its level's weight, and in one direction known at the time. The
 * sketch adds these up, so it carries its own bound, which holds for every rank of every data set:
 * true rank ∈ [estimate − overcount, estimate + undercount].
 *
 * Source: Karnin, Lang, Liberty 2016, https://arxiv.org/abs/1603.05346, with levels of equal size.
 */
export interface KllSketch {
  readonly k: number;
  /** Values seen: the sum of all weights. */
  readonly count: number;
  /** Level i: ascending items, each of weight 2^i. */
  readonly levels: readonly Float64Array[];
  /** By how much an estimated rank may be too high. */
  readonly overcount: number;
  /** By how much an estimated rank may be too low. */
  readonly undercount: number;
}

export interface KllBuilder {
  /** Adds ascending values of weight 1; the array is copied. */
  addSortedBlock(block: Float64Array): void;
  /**
   * Adds every 2^level-th of an ascending run of values, from index `offset` on; the array is copied.
   * Too high by 2^level - 1 - offset at most, too low by offset: a third of what halving the run
   * `level` times would add to the bound.
   *
   * @throws RangeError for less than k items, or an offset that is no index of the first 2^level
   */
  addSampledRun(sample: Float64Array, level: number, offset: number): void;
  /** Adds a value that occurs `count` times, without error of its own. */
  addWeighted(value: number, count: number): void;
  /** The sketch of what was added so far. */
  finish(): KllSketch;
}

/** The sketch of no values: merging it changes nothing but, where its k is smaller, the other's k. */
export function emptyKll(k: number = KLL_SIZE): KllSketch {
  return { k, count: 0, levels: [], overcount: 0, undercount: 0 };
}

/**
 * Builds a sketch from blocks, best of k values each.
 *
 * @throws RangeError when a value is not finite, or a count is no whole number from 0 to 2^53
 */
export function createKllBuilder(k: number = KLL_SIZE): KllBuilder {
  const draft: Draft = { ...emptyKll(k), levels: [] };
  // Single values by level, sorted only when there are enough of them.
  const loose: number[][] = [];

  function addLoose(level: number): void {
    const items = Float64Array.from(loose[level] ?? []).sort();
    loose[level] = [];
    addToLevel(draft, level, items);
  }

  return {
    addSortedBlock(block) {
      // Ascending order puts NaN and the infinities at the ends.
      refuseInfinite(block[0] ?? 0);
      refuseInfinite(block.at(-1) ?? 0);
      draft.count += block.length;
      addToLevel(draft, 0, block.slice());
    },
    addSampledRun(sample, level, offset) {
      refuseInfinite(sample[0] ?? 0);
      refuseInfinite(sample.at(-1) ?? 0);
      // Who reads the levels from a file derives their bound from compactions of 2k items or more.
      if (sample.length < k) throw new RangeError(`KLL: sample of ${sample.length}: at least ${k}`);
      if (!(offset >= 0 && offset < 2 ** level)) {
        throw new RangeError(`KLL: offset ${offset}: must be in [0, ${2 ** level})`);
      }
      draft.count += sample.length * 2 ** level;
      draft.overcount += 2 ** level - 1 - offset;
      draft.undercount += offset;
      addToLevel(draft, level, sample.slice());
    },
    addWeighted(value, count) {
      refuseInfinite(value);
      if (!Number.isSafeInteger(count) || count < 0) {
        throw new RangeError(`KLL: count ${count}: must be a whole number from 0 to 2^53`);
      }
      draft.count += count;
      for (let level = 0, rest = count; rest > 0; level++, rest = Math.floor(rest / 2)) {
        if (rest % 2 === 0) continue;
        loose[level] ??= [];
        if (loose[level]!.push(value) >= k) addLoose(level);
      }
    },
    finish() {
      for (const level of loose.keys()) if (loose[level] !== undefined) addLoose(level);
      return { ...draft, levels: [...draft.levels] };
    },
  };
}

/**
 * The sketch of both sets together. Its error bound is the sum of theirs and of the compactions the
 * merge itself needs; its k is the smaller one.
 */
export function mergeKll(a: KllSketch, b: KllSketch): KllSketch {
  const draft: Draft = {
    k: Math.min(a.k, b.k),
    count: a.count + b.count,
    levels: [],
    overcount: a.overcount + b.overcount,
    undercount: a.undercount + b.undercount,
  };
  // From the bottom, so that a level is compacted once, with what comes from below.
  for (let level = 0; level < Math.max(a.levels.length, b.levels.length); level++) {
    const items = mergeSorted(a.levels[level] ?? NO_ITEMS, b.levels[level] ?? NO_ITEMS);
    addToLevel(draft, level, items);
  }
  return draft;
}

function refuseInfinite(value: number): void {
  if (!Number.isFinite(value)) throw new RangeError(`KLL: value ${value}: must be finite`);
}
