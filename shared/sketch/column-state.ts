import type { FrequentItems } from "./frequent-items.ts";
import type { HyperLogLog } from "./hyperloglog.ts";
import type { KllSketch } from "./kll.ts";
import type { Moments } from "./moments.ts";

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
  /** Raw text to its count; at most 128 entries. */
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
  /** Of all values: numbers by value, others by text. */
  readonly distinct: HyperLogLog;
}
