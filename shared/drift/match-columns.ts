import { parseShape, positionalCount } from "../profile/column-order.ts";
import type { Profile } from "../profile/profile.ts";
import { listShapes, type SelectedColumn, selectColumns } from "../profile/select-columns.ts";
import { type ColumnState, mergeColumns } from "../sketch/column-state.ts";

/** Which captured columns the baseline describes. Model Monitor's describes both. */
export type ColumnsChoice = "outputs-and-inputs" | "inputs";

/** A window's columns as the baseline names them. */
export interface MatchedColumns {
  /** Rows that have the baseline's columns; the features are those of these rows. */
  readonly rowCount: number;
  /** The baseline's features that the rows have, in its order, then features it does not know. */
  readonly features: ReadonlyMap<string, ColumnState>;
  /** What is not as in the baseline, most rows first. */
  readonly deviations: readonly ColumnDeviation[];
}

/** Rows of one shape that has other columns than the baseline. */
export interface ColumnDeviation {
  readonly shape: string;
  readonly rowCount: number;
  readonly columnCount: number;
  /** Names that are missing, or only how many where columns have no names. */
  readonly missing: readonly string[] | number;
  readonly extra: readonly string[] | number;
}

/**
 * Matches the rows of a window with the features of a baseline.
 *
 * Positional columns match by place, outputs first, and only in rows that have exactly as many as
 * the baseline: in any other row a place may mean something else. Named ones match by name, also
 * where some are missing or new. Rows of several shapes that match are taken together.
 */
export function matchColumns(
  profile: Profile,
  names: readonly string[],
  choice: ColumnsChoice,
): MatchedColumns {
  const features = new Map<string, ColumnState>();
  const extraFeatures = new Map<string, ColumnState>();
  const deviations: ColumnDeviation[] = [];
  const baselineNames = new Set(names);
  let rowCount = 0;
  for (const { shape, rowCount: rows } of listShapes(profile)) {
    const columns = columnsOfShape(profile, shape, names, choice);
    const { fits, deviation } = compareColumns(shape, columns, names, choice);
    if (deviation !== null) deviations.push({ shape, rowCount: rows, ...deviation });
    if (!fits) continue;
    rowCount += rows;
    for (const { name, state } of columns) {
      const target = baselineNames.has(name) ? features : extraFeatures;
      const known = target.get(name);
      target.set(name, known === undefined ? state : mergeColumns(known, state));
    }
  }
  const ordered = names.flatMap((name) => {
    const state = features.get(name);
    return state === undefined ? [] : [[name, state] as const];
  });
  return { rowCount, features: new Map([...ordered, ...extraFeatures]), deviations };
}

function columnsOfShape(
  profile: Profile,
  shape: string,
  names: readonly string[],
  choice: ColumnsChoice,
): readonly SelectedColumn[] {
  const [output] = parseShape(shape);
  const skipped = choice === "inputs" ? positionalCount(output) : 0;
  const places = [...Array.from({ length: skipped }, () => ""), ...names];
  const columns = selectColumns(profile, { shape, names: places })?.columns ?? [];
  return columns.filter(({ side }) => choice !== "inputs" || side === "input");
}

function compareColumns(
  shape: string,
  columns: readonly SelectedColumn[],
  names: readonly string[],
  choice: ColumnsChoice,
): { fits: boolean; deviation: Omit<ColumnDeviation, "shape" | "rowCount"> | null } {
  const columnCount = columns.length;
  const sides = parseShape(shape).filter(({ side }) => choice !== "inputs" || side === "input");
  if (sides.every(({ count }) => count !== null)) {
    const difference = columnCount - names.length;
    if (difference === 0) return { fits: true, deviation: null };
    const missing = Math.max(0, -difference);
    return { fits: false, deviation: { columnCount, missing, extra: Math.max(0, difference) } };
  }
  const seen = new Set(columns.map(({ name }) => name));
  const known = new Set(names);
  const missing = names.filter((name) => !seen.has(name));
  const extra = [...seen].filter((name) => !known.has(name));
  const isEqual = missing.length === 0 && extra.length === 0;
  return {
    fits: missing.length < names.length,
    deviation: isEqual ? null : { columnCount, missing, extra },
  };
}
