import { type ColumnState, numericCounts, type TypeCounts } from "./column-state.ts";
import { estimateDistinct } from "./hyperloglog.ts";
import { createKllBuilder, type KllSketch } from "./kll.ts";
import { type Moments, momentsOfWeighted } from "./moments.ts";
import { parseNumber } from "./value-type.ts";

/** The type Deequ infers for a whole column; Unknown when no value is present. */
export type ColumnType = "Unknown" | "Integral" | "Fractional" | "Boolean" | "String";

/** Texts of a column with their counts, and what is not known about them. */
export interface TextCounts {
  /** Text to the least number of times it can have occurred. */
  readonly counts: ReadonlyMap<string, number>;
  /** By how much each count, that of an absent text included, may be too low. */
  readonly undercount: number;
  /** Every text of the column is in `counts`, with its true count. */
  readonly complete: boolean;
  /** Numbers whose texts were not kept: they may be any numeric text. */
  readonly unattributedNumericCount: number;
}

/** Values that are not missing, of whatever type. */
export function presentCount({ types }: ColumnState): number {
  return types.integral + types.fractional + types.boolean + types.string;
}

/** Values that are numbers, by Deequ's types. */
export function numericCount({ types }: ColumnState): number {
  return types.integral + types.fractional;
}

/** Deequ's rule: https://github.com/awslabs/deequ, DataType.scala, `determineType`. */
export function columnType(types: TypeCounts): ColumnType {
  const numeric = types.integral + types.fractional;
  if (types.string > 0 || (types.boolean > 0 && numeric > 0)) return "String";
  if (types.boolean > 0) return "Boolean";
  if (types.fractional > 0) return "Fractional";
  return types.integral > 0 ? "Integral" : "Unknown";
}

/** The distribution of the column's numbers; without error when the column is exact. */
export function numericDistribution(column: ColumnState): KllSketch {
  if (column.kind === "sketched") return column.quantiles;
  const builder = createKllBuilder();
  for (const [value, count] of numericCounts(column.counts)) builder.addWeighted(value, count);
  return builder.finish();
}

/** The moments of the column's numbers. */
export function numericMoments(column: ColumnState): Moments {
  if (column.kind === "sketched") return column.moments;
  return momentsOfWeighted(numericCounts(column.counts));
}

/**
 * Number of distinct values, numbers by value and others by text: true when the column is exact,
 * otherwise an estimate with a standard error of 1.6 %.
 */
export function distinctCount(column: ColumnState): number {
  if (column.kind === "sketched") return Math.round(estimateDistinct(column.distinct));
  let otherCount = 0;
  for (const text of column.counts.keys()) if (parseNumber(text) === null) otherCount++;
  return numericCounts(column.counts).length + otherCount;
}

/** The column's texts with what is known of their counts: all of it as long as the column is exact. */
export function textCounts(column: ColumnState): TextCounts {
  if (column.kind === "exact") {
    const { counts } = column;
    return { counts, undercount: 0, complete: true, unattributedNumericCount: 0 };
  }
  const { counts, undercount } = column.frequent;
  const unattributedNumericCount = numericCount(column);
  const complete = undercount === 0 && unattributedNumericCount === 0;
  return { counts, undercount, complete, unattributedNumericCount };
}
