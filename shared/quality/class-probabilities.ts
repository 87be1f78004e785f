import type { SideRow } from "../capture/json-rows.ts";

/** Where the probability of each class stands among a model's outputs. */
export interface ClassColumns {
  /** As labels name them. */
  readonly classes: readonly string[];
  /** One column a class, in their order, or one column that holds a list of them all. */
  readonly columns: readonly (number | string)[] | number | string;
}

/** Rounded to two digits, the probabilities of ten classes still add up to 1 within this. */
const SUM_TOLERANCE = 0.05;

/**
 * The probabilities of a row's classes, in the order of the classes.
 *
 * A list may be one cell, as `[0.1, 0.7, 0.2]`, or the cells that a JSON list under one name becomes.
 *
 * @returns null when one is missing or outside [0, 1], or they do not add up to 1
 */
export function classProbabilities(
  row: SideRow,
  { classes, columns }: ClassColumns,
): Float64Array | null {
  const texts = Array.isArray(columns)
    ? columns.map((column) => cellAt(row, column))
    : listAt(row, columns as number | string, classes.length);
  if (texts.length !== classes.length) return null;
  const values = Float64Array.from(texts, probabilityOf);
  const sum = values.reduce((total, value) => total + value, 0);
  return Math.abs(sum - 1) <= SUM_TOLERANCE ? values : null;
}

/** The cell of a column, by its index or name; null when there is none. */
export function cellAt({ names, cells }: SideRow, column: number | string): string | null {
  const index = typeof column === "number" ? column : (names?.indexOf(column) ?? -1);
  return cells[index] ?? null;
}

function listAt(row: SideRow, column: number | string, count: number): (string | null)[] {
  const cell = cellAt(row, column);
  if (cell !== null) return textsOf(cell);
  return Array.from({ length: count }, (_, index) => cellAt(row, `${column}.${index}`));
}

/** With commas or blanks between them, as JSON and numpy write lists. */
function textsOf(list: string): string[] {
  return list
    .replace(/^\s*\[|\]\s*$/g, "")
    .trim()
    .split(/\s*,\s*|\s+/);
}

/** A bracket is left where a list in CSV was not quoted. NaN for what is no probability. */
function probabilityOf(text: string | null): number {
  const bare = text?.replace(/^\s*\[|\]\s*$/g, "").trim() ?? "";
  const value = bare === "" ? Number.NaN : Number(bare);
  return value >= 0 && value <= 1 ? value : Number.NaN;
}
