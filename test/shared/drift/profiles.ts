import type { Profile, ShapeProfile } from "../../../shared/profile/profile.ts";
import { columnFromTexts } from "../../../shared/sketch/column-state.ts";

/** Columns by id, each a list of texts; null is a missing value. All are as long as the first. */
export type Columns = Readonly<Record<string, readonly (string | null)[]>>;

/** A profile of rows of these shapes, one captured request a row. */
export function profileOf(
  shapes: Readonly<Record<string, Columns>>,
  other: Partial<Profile> = {},
): Profile {
  const profiled = Object.entries(shapes).map(
    ([shape, columns]) => [shape, shapeOf(columns)] as const,
  );
  const rowCount = profiled.reduce((sum, [, shape]) => sum + shape.rowCount, 0);
  return {
    recordCount: rowCount,
    rowCount,
    quarantinedCounts: new Map(),
    firstInferenceMillis: rowCount === 0 ? null : Date.UTC(2026, 0, 15, 10),
    lastInferenceMillis: rowCount === 0 ? null : Date.UTC(2026, 0, 15, 10, 59),
    shapes: new Map(profiled),
    ...other,
  };
}

function shapeOf(columns: Columns): ShapeProfile {
  const entries = Object.entries(columns).map(([id, texts]) => {
    return [id, columnFromTexts(texts.filter((text) => text !== null))] as const;
  });
  return { rowCount: Object.values(columns)[0]?.length ?? 0, columns: new Map(entries) };
}

/** `count` texts, one for each index. */
export function texts<T extends string | null>(count: number, text: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => text(index));
}
