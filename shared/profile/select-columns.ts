import { type ColumnState, emptyColumn } from "../sketch/column-state.ts";
import { presentCount } from "../sketch/column-state-views.ts";
import { type ColumnSide, columnIdsOf, parseShape, positionalCount } from "./column-order.ts";
import type { Profile } from "./profile.ts";

/** One feature of a window: a column under the name by which checks and reports know it. */
export interface SelectedColumn {
  readonly id: string;
  readonly name: string;
  readonly side: ColumnSide;
  readonly state: ColumnState;
  readonly missingCount: number;
}

/** A shape of rows that occurs in a profile. */
export interface ShapeSummary {
  readonly shape: string;
  readonly rowCount: number;
  readonly columnCount: number;
  /** No side is named: columns are known by their position alone. */
  readonly isPositional: boolean;
}

export interface SelectedColumns extends ShapeSummary {
  /** Outputs before inputs: by position, or by name. */
  readonly columns: readonly SelectedColumn[];
  readonly otherShapes: readonly ShapeSummary[];
}

/** The shapes of a profile, the one with most rows first; of equal ones the alphabetically first. */
export function listShapes(profile: Profile): readonly ShapeSummary[] {
  return [...profile.shapes]
    .map(([shape, { rowCount, columns }]) => ({
      shape,
      rowCount,
      columnCount: columnIdsOf(shape, columns).length,
      isPositional: parseShape(shape).every(({ count }) => count !== null),
    }))
    .sort((a, b) => b.rowCount - a.rowCount || (a.shape < b.shape ? -1 : 1));
}

/**
 * The columns of one shape of a profile as an ordered list of features; null when no row was read or
 * the profile lacks the shape.
 *
 * Named columns are called by their key, or `output.key` and `input.key` where both sides have it.
 * Positional ones take `names` in the order of the positional columns, outputs first, and beyond them
 * `_c` with their place among all columns, as Model Monitor calls them.
 *
 * @param choice.shape the shape to select; without it the one with most rows
 */
export function selectColumns(
  profile: Profile,
  choice: { readonly shape?: string; readonly names?: readonly string[] } = {},
): SelectedColumns | null {
  const shapes = listShapes(profile);
  const selected =
    choice.shape === undefined ? shapes[0] : shapes.find(({ shape }) => shape === choice.shape);
  if (selected === undefined) return null;

  const { rowCount, columns } = profile.shapes.get(selected.shape)!;
  const ids = columnIdsOf(selected.shape, columns);
  const names = nameColumns(selected.shape, ids, choice.names ?? []);
  return {
    ...selected,
    columns: ids.map((id, index) => {
      const state = columns.get(id) ?? emptyColumn;
      const side = id.startsWith("o") ? "output" : "input";
      return { id, name: names[index]!, side, state, missingCount: rowCount - presentCount(state) };
    }),
    otherShapes: shapes.filter((shape) => shape !== selected),
  };
}

function nameColumns(
  shape: string,
  ids: readonly string[],
  given: readonly string[],
): readonly string[] {
  const known = new Set(ids);
  const firstInput = ids.findIndex((id) => id.startsWith("i"));
  const [outputs, inputs] = parseShape(shape);
  return ids.map((id, index) => {
    const isInput = id.startsWith("i");
    const side = isInput ? inputs : outputs;
    if (side.count === null) {
      const key = id.slice(2);
      const twin = `${isInput ? "o" : "i"}.${key}`;
      return known.has(twin) ? `${isInput ? "input" : "output"}.${key}` : key;
    }
    const place = isInput ? index - firstInput + positionalCount(outputs) : index;
    return given[place] ?? `_c${index}`;
  });
}
