import { MonitoringError } from "../contracts/monitoring-error.ts";

export type ColumnSide = "output" | "input";

/** One side of a shape. */
export interface ShapeSide {
  readonly side: ColumnSide;
  /** Number of positional columns; null when they are named. */
  readonly count: number | null;
}

const SHAPE = /^(\d+|\*|-)\+(\d+|\*|-)$/;

/** The two sides of a shape such as `1+69`, `*+*` or `1+-`: the output, then the input. */
export function parseShape(shape: string): readonly [output: ShapeSide, input: ShapeSide] {
  const match = SHAPE.exec(shape);
  if (match === null) {
    const rule = "must be {output}+{input}, each a number, * or -";
    throw new MonitoringError("shape-unreadable", `profile: shape "${shape}": ${rule}`);
  }
  return [
    { side: "output", count: columnCountOf(match[1]!) },
    { side: "input", count: columnCountOf(match[2]!) },
  ];
}

/** How many columns of this side have a position and no name. */
export function positionalCount({ count }: ShapeSide): number {
  return count ?? 0;
}

/**
 * The ids of a shape's columns: outputs before inputs, positional ones by position (also those of which
 * no value was ever present), named ones by name.
 */
export function columnIdsOf(
  shape: string,
  columns: ReadonlyMap<string, unknown>,
): readonly string[] {
  return parseShape(shape).flatMap(({ side, count }) => {
    const prefix = side.slice(0, 1);
    if (count !== null) return Array.from({ length: count }, (_, index) => `${prefix}${index}`);
    return [...columns.keys()].filter((id) => id.startsWith(`${prefix}.`)).sort(compareKeys);
  });
}

function columnCountOf(text: string): number | null {
  if (text === "*") return null;
  return text === "-" ? 0 : Number(text);
}

/** By their parts between dots; parts that are numbers by their value: `x.2` before `x.10`. */
function compareKeys(a: string, b: string): number {
  const [left, right] = [a.split("."), b.split(".")];
  for (const [index, part] of left.entries()) {
    const other = right[index];
    if (other === undefined) return 1;
    if (part !== other) return compareParts(part, other);
  }
  return left.length - right.length;
}

function compareParts(a: string, b: string): number {
  const areNumbers = /^\d{1,9}$/.test(a) && /^\d{1,9}$/.test(b);
  if (areNumbers && Number(a) !== Number(b)) return Number(a) - Number(b);
  return a < b ? -1 : 1;
}
