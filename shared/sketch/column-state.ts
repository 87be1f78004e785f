import { type FrequentItems, mergeFrequent, reduceFrequent } from "./frequent-items.ts";
import {
  type HyperLogLog,
  hashNumber,
  hashText,
  hyperLogLogOf,
  mergeHyperLogLog,
} from "./hyperloglog.ts";
import { createKllBuilder, type KllSketch, mergeKll } from "./kll.ts";
import { type Moments, mergeMoments, momentsOfWeighted } from "./moments.ts";
import { classifyText, countedText, parseNumber } from "./value-type.ts";

/** Distinct raw texts that a column counts exactly before it goes over to sketches. */
export const EXACT_VALUES_LIMIT = 128;

/** How many present values had each type; the types are Deequ's, by its regular expressions. */
export interface TypeCounts {
  readonly integral: number;
  readonly fractional: number;
  readonly boolean: number;
  readonly string: number;
}

/**
 * The mergeable state of one column: what was seen of its present (non-missing) values.
 * Missing values are the profile's row count less the present ones, so they are not kept here.
 *
 * Up to 128 distinct raw texts every value is counted exactly, and the sketches are read from those
 * counts. The 129th distinct text moves the column to sketches for good: numbers to moments and
 * quantiles, other texts to frequent items, both to the distinct count. Whether that happens depends on
 * the set of texts alone, never on their order or on how the data were split.
 */
export type ColumnState = ExactColumn | SketchedColumn;

export interface ExactColumn {
  readonly kind: "exact";
  readonly types: TypeCounts;
  /** Raw text (a long one shortened by `countedText`) to its count; at most 128 entries. */
  readonly counts: ReadonlyMap<string, number>;
}

export interface SketchedColumn {
  readonly kind: "sketched";
  readonly types: TypeCounts;
  /** Of the numeric values (integral and fractional). */
  readonly moments: Moments;
  /** Of the numeric values. */
  readonly quantiles: KllSketch;
  /** Of the values that are no numbers: booleans and strings. */
  readonly frequent: FrequentItems;
  /** Of all values: numbers by value, others by their counted text. */
  readonly distinct: HyperLogLog;
}

const NO_TYPES: TypeCounts = { integral: 0, fractional: 0, boolean: 0, string: 0 };

export const emptyColumn: ExactColumn = { kind: "exact", types: NO_TYPES, counts: new Map() };

/** The state of a column that holds these present values. */
export function columnFromTexts(texts: Iterable<string>): ColumnState {
  const counts = new Map<string, number>();
  const types = { ...NO_TYPES };
  for (const text of texts) {
    const counted = countedText(text);
    counts.set(counted, (counts.get(counted) ?? 0) + 1);
    types[classifyText(text)]++;
  }
  return columnFromCounts(counts, types);
}

/** The state of both columns' values together. */
export function mergeColumns(a: ColumnState, b: ColumnState): ColumnState {
  const types = addTypes(a.types, b.types);
  if (a.kind === "exact" && b.kind === "exact") {
    const counts = new Map(a.counts);
    for (const [text, count] of b.counts) counts.set(text, (counts.get(text) ?? 0) + count);
    return columnFromCounts(counts, types);
  }
  const [left, right] = [sketchColumn(a), sketchColumn(b)];
  return {
    kind: "sketched",
    types,
    moments: mergeMoments(left.moments, right.moments),
    quantiles: mergeKll(left.quantiles, right.quantiles),
    frequent: mergeFrequent(left.frequent, right.frequent),
    distinct: mergeHyperLogLog(left.distinct, right.distinct),
  };
}

/** The same column as sketches, with no error of their own so far but the distinct count's. */
export function sketchColumn(column: ColumnState): SketchedColumn {
  return column.kind === "sketched" ? column : sketchCounts(column.counts, column.types);
}

function columnFromCounts(counts: ReadonlyMap<string, number>, types: TypeCounts): ColumnState {
  if (counts.size > EXACT_VALUES_LIMIT) return sketchCounts(counts, types);
  return { kind: "exact", types, counts };
}

function sketchCounts(counts: ReadonlyMap<string, number>, types: TypeCounts): SketchedColumn {
  const numbers = numericCounts(counts);
  const others = [...counts].filter(([text]) => parseNumber(text) === null);
  const quantiles = createKllBuilder();
  for (const [value, count] of numbers) quantiles.addWeighted(value, count);
  return {
    kind: "sketched",
    types,
    moments: momentsOfWeighted(numbers),
    quantiles: quantiles.finish(),
    frequent: reduceFrequent(others, 0),
    distinct: hyperLogLogOf([
      ...numbers.map(([value]) => hashNumber(value)),
      ...others.map(([text]) => hashText(text)),
    ]),
  };
}

/** The numbers among texts, ascending; texts of the same number (`1`, `1.0`) together. */
export function numericCounts(
  counts: ReadonlyMap<string, number>,
): readonly (readonly [value: number, count: number])[] {
  const byValue = new Map<number, number>();
  for (const [text, count] of counts) {
    const value = parseNumber(text);
    if (value !== null) byValue.set(value, (byValue.get(value) ?? 0) + count);
  }
  return [...byValue].sort(([a], [b]) => a - b);
}

function addTypes(a: TypeCounts, b: TypeCounts): TypeCounts {
  return {
    integral: a.integral + b.integral,
    fractional: a.fractional + b.fractional,
    boolean: a.boolean + b.boolean,
    string: a.string + b.string,
  };
}
