import type { StringStatistics } from "../contracts/statistics-file.ts";

/** A value that fewer rows than this carry may point at a person: it is folded, never named. */
export const COUNT_FLOOR = 5;

const ROWS_MAX = 8;

export interface CategoryShare {
  readonly value: string;
  readonly baselineFraction: number;
  readonly windowFraction: number;
}

export interface CategoryShares {
  /** Those whose share moved most, ordered by their share of the baseline, then of the window. */
  readonly shown: readonly CategoryShare[];
  /** All the rest: what did not fit, and what too few rows carry. */
  readonly othersCount: number;
  readonly others: { readonly baselineFraction: number; readonly windowFraction: number };
}

type Sides = [baseline: StringStatistics | undefined, window: StringStatistics | undefined];

/** The shares of a text feature's values in baseline and window; null where neither lists them. */
export function compareCategories(sides: Sides): CategoryShares | null {
  const [baseline, window] = sides.map(readCounts) as [Counts | null, Counts | null];
  if (baseline === null && window === null) return null;
  const values = [...new Set([...(baseline?.keys() ?? []), ...(window?.keys() ?? [])])];
  const totals = [total(baseline), total(window)] as const;
  const shares = values.map((value) => ({
    value,
    count: Math.max(baseline?.get(value) ?? 0, window?.get(value) ?? 0),
    baselineFraction: (baseline?.get(value) ?? 0) / totals[0],
    windowFraction: (window?.get(value) ?? 0) / totals[1],
  }));
  const nameable = shares.filter(({ count }) => count >= COUNT_FLOOR).sort(byMovement);
  const shown = nameable.slice(0, ROWS_MAX);
  const rest = shares.filter((share) => !shown.includes(share));
  return {
    shown: shown.sort(byShare).map(({ count: _, ...share }) => share),
    othersCount: rest.length,
    others: {
      baselineFraction: rest.reduce((sum, share) => sum + share.baselineFraction, 0),
      windowFraction: rest.reduce((sum, share) => sum + share.windowFraction, 0),
    },
  };
}

type Counts = ReadonlyMap<string, number>;

function readCounts(statistics: StringStatistics | undefined): Counts | null {
  const buckets = statistics?.distribution?.categorical.buckets;
  return buckets === undefined ? null : new Map(buckets.map(({ value, count }) => [value, count]));
}

function total(counts: Counts | null): number {
  const sum = [...(counts?.values() ?? [])].reduce((all, count) => all + count, 0);
  return sum === 0 ? 1 : sum;
}

function byMovement(a: CategoryShare, b: CategoryShare): number {
  return movement(b) - movement(a) || byShare(a, b);
}

function movement(share: CategoryShare): number {
  return Math.abs(share.baselineFraction - share.windowFraction);
}

function byShare(a: CategoryShare, b: CategoryShare): number {
  return (
    b.baselineFraction - a.baselineFraction ||
    b.windowFraction - a.windowFraction ||
    (a.value < b.value ? -1 : 1)
  );
}
