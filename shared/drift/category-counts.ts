import type { ColumnState } from "../sketch/column-state.ts";
import { presentCount, textCounts } from "../sketch/column-state-views.ts";
import { rankCurve } from "../sketch/kll-ranks.ts";
import { countedText, parseNumber } from "../sketch/value-type.ts";

/** How often each category was seen. */
export interface CategoryCounts {
  readonly counts: ReadonlyMap<string, number>;
  /** By how much each count, that of an absent category included, may be off. */
  readonly countError: number;
  /** All values, those of categories that are not in `counts` included. */
  readonly valueCount: number;
}

/** @throws RangeError without values */
export function totalOf({ valueCount }: CategoryCounts): number {
  if (!(valueCount > 0)) throw new RangeError(`categories: ${valueCount} values: at least one`);
  return valueCount;
}

/** The categories of a baseline's `statistics.json`, as the window's are named. */
export function categoriesOf(
  buckets: Iterable<{ readonly value: string; readonly count: number }>,
  nameOf: (text: string) => string = countedText,
): CategoryCounts {
  const counts = new Map<string, number>();
  let valueCount = 0;
  for (const { value, count } of buckets) {
    counts.set(nameOf(value), (counts.get(nameOf(value)) ?? 0) + count);
    valueCount += count;
  }
  return { counts, countError: 0, valueCount };
}

/**
 * The categories of a window's column. One with more than 128 texts counts its numbers by value, in
 * a sketch: there `1` and `1.0` are one category, and {@link categoryName} says by which name.
 */
export function windowCategories(column: ColumnState): CategoryCounts {
  const valueCount = presentCount(column);
  const texts = textCounts(column);
  if (column.kind === "exact") return { counts: texts.counts, countError: 0, valueCount };
  const counts = new Map(texts.counts);
  const { values, ranks } = rankCurve(column.quantiles);
  for (const [index, value] of values.entries()) {
    counts.set(String(value), ranks[index]! - (ranks[index - 1] ?? 0));
  }
  const rankError = column.quantiles.overcount + column.quantiles.undercount;
  return { counts, countError: Math.max(texts.undercount, rankError), valueCount };
}

/** The name under which {@link windowCategories} counts a text of this column. */
export function categoryName(column: ColumnState, text: string): string {
  const number = column.kind === "exact" ? null : parseNumber(text);
  return number === null ? countedText(text) : String(number);
}
