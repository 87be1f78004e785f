import type { Cell } from "../capture/csv-rows.ts";
import { readCsvRows } from "../capture/csv-rows.ts";
import type { ColumnKind, TrainingColumn } from "../contracts/self-healing/training-set.ts";
import { parseNumber } from "../sketch/value-type.ts";
import { isNamed } from "./input-names.ts";
import type { GatheredRequests, LabelledRequest } from "./labelled-requests.ts";

/** The columns that all rows are written with. */
export interface TableShape {
  readonly names: readonly string[];
  readonly droppedNames: readonly string[];
  /** Whether requests tell columns by their places, and not by names. */
  readonly isPlaced: boolean;
  /** By a row's shape, where each of `names` stands in it, -1 where it does not; null for other rows. */
  readonly places: readonly (readonly number[] | null)[];
}

/**
 * Which columns the training set has: those of the model's baseline where they are known, else those of
 * most rows. Columns without names must be as many; with names a missing one is a missing value.
 *
 * @param pii names that no file may hold
 */
export function tableShape(
  { rows, shapes }: Pick<GatheredRequests, "rows" | "shapes">,
  known: readonly string[] | null,
  pii: readonly string[],
): TableShape {
  const counts = new Float64Array(shapes.length);
  for (const { shape } of rows) counts[shape]! += 1;
  const [most] = shapes
    .map((shape, index) => ({ ...shape, count: counts[index]! }))
    .sort((a, b) => b.count - a.count || (a.names.join() < b.names.join() ? -1 : 1));
  const found = new Set(shapes.flatMap((shape) => shape.names));
  const isPlaced = most?.isPlaced ?? true;
  const unknown = isPlaced ? (most?.names ?? []) : [...found].sort();
  const all = known?.filter((name) => found.has(name)) ?? unknown;
  const names = all.filter((name) => !isNamed(name, pii));
  return {
    names,
    droppedNames: all.filter((name) => isNamed(name, pii)),
    isPlaced,
    places: shapes.map((shape) => {
      // Without names a narrower or wider row may mean something else by each place.
      const isOther =
        shape.isPlaced !== isPlaced || (isPlaced && shape.names.length !== all.length);
      return isOther ? null : names.map((name) => shape.names.indexOf(name));
    }),
  };
}

/** The cells of a row in the order of the table's names. */
export function cellsOf(row: LabelledRequest, { places }: TableShape): Cell[] {
  const cells = readCsvRows(row.line)![0]!;
  return places[row.shape]!.map((place) => (place === -1 ? null : cells[place]!));
}

/** What each column holds, and the label. */
export function columnKinds(
  rows: readonly LabelledRequest[],
  shape: TableShape,
): { readonly columns: readonly TrainingColumn[]; readonly labelKind: ColumnKind } {
  const kinds: (ColumnKind | null)[] = shape.names.map(() => null);
  let labelKind: ColumnKind | null = null;
  for (const row of rows) {
    labelKind = widened(labelKind, row.label);
    for (const [index, cell] of cellsOf(row, shape).entries()) {
      if (cell !== null) kinds[index] = widened(kinds[index]!, cell);
    }
  }
  const columns = shape.names.map((name, index) => ({ name, kind: kinds[index] ?? "text" }));
  return { columns, labelKind: labelKind ?? "text" };
}

function widened(kind: ColumnKind | null, text: string): ColumnKind {
  if (kind === "text") return kind;
  const own = kindOf(text);
  return kind === null || kind === own ? own : "text";
}

/** What would lose a digit as a number, or a leading zero, is a text. */
function kindOf(text: string): ColumnKind {
  if (text === "true" || text === "false") return "boolean";
  const value = /^[-+]?0\d/.test(text) ? null : parseNumber(text);
  if (value === null) return "text";
  return Number.isInteger(value) && !Number.isSafeInteger(value) ? "text" : "number";
}

/** A cell as a value of its column's kind. */
export function typedCell(cell: Cell, kind: ColumnKind): number | boolean | string | null {
  if (cell === null) return null;
  if (kind === "number") return parseNumber(cell);
  return kind === "boolean" ? cell === "true" : cell;
}
