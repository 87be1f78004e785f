import type { StringStatistics } from "../contracts/statistics-file.ts";

/** A value that fewer rows than this carry may point at a person: it is folded, never named. */
const COUNT_FLOOR = 5;

/** Fractions of the present values; null on a side whose statistics list no values. */
export interface Shares {
  readonly baselineFraction: number | null;
  readonly windowFraction: number | null;
}

export interface CategoryShare extends Shares {
  readonly value: string;
}

export interface CategoryShares {
  /** Those whose share moved most, ordered by their share of the baseline, then of the window. */
  readonly shown: readonly CategoryShare[];
  /** All the rest: what did not fit, and what too few rows carry. */
  readonly othersCount: number;
  readonly others: Shares;
}

type Sides = readonly [
  baseline: StringStatistics | undefined,
  window: StringStatistics | undefined,
];

/** The shares of a text feature's values in baseline and window; null where neither lists them. */
export function compareCategories(sides: Sides, namedMax: number): CategoryShares | null {
  const [baseline, window] = sides.map(readCounts) as [Counts | null, Counts | null];
  if (baseline === null && window === null) return null;
  const values = [...new Set([...(baseline?.keys() ?? []), ...(window?.keys() ?? [])])];
  const totals = { baseline: totalOf(baseline), window: totalOf(window) };
  const shares = values.map((value) => ({
    value,
    count: Math.max(baseline?.get(value) ?? 0, window?.get(value) ?? 0),
    baselineFraction: baseline && (baseline.get(value) ?? 0) / totals.baseline,
    windowFraction: window && (window.get(value) ?? 0) / totals.window,
  }));
  const nameable = shares.filter(({ count }) => count >= COUNT_FLOOR).sort(byMovement);
  const shown = nameable.slice(0, namedMax);
  const rest = shares.filter((share) => !shown.includes(share));
  return {
    shown: shown.sort(byShare).map(({ count: _, ...share }) => share),
    othersCount: rest.length,
    others: {
      baselineFraction: baseline && sumOf(rest.map((share) => share.baselineFraction)),
      windowFraction: window && sumOf(rest.map((share) => share.windowFraction)),
    },
  };
}

type Counts = ReadonlyMap<string, number>;

function readCounts(statistics: StringStatistics | undefined): Counts | null {
  const buckets = statistics?.distribution?.categorical.buckets;
  return buckets === undefined ? null : new Map(buckets.map(({ value, count }) => [value, count]));
}

function totalOf(counts: Counts | null): number {
  return Math.max(1, sumOf([...(counts?.values() ?? [])]));
}

function sumOf(numbers: readonly (number | null)[]): number {
  return numbers.reduce<number>((sum, number) => sum + (number ?? 0), 0);
}

function byMovement(a: CategoryShare, b: CategoryShare): number {
  return movement(b) - movement(a) || byShare(a, b);
}

function movement({ baselineFraction, windowFraction }: Shares): number {
  return Math.abs((baselineFraction ?? 0) - (windowFraction ?? 0));
}

function byShare(a: CategoryShare, b: CategoryShare): number {
  return (
    (b.baselineFraction ?? 0) - (a.baselineFraction ?? 0) ||
    (b.windowFraction ?? 0) - (a.windowFraction ?? 0) ||
    (a.value < b.value ? -1 : 1)
  );
}
