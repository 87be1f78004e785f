import { type ColumnState, columnFromTexts } from "../../../shared/sketch/column-state.ts";
import type { LineTruth, SideTruth } from "./capture-lines.ts";

export interface NaiveShape {
  rowCount: number;
  readonly texts: Map<string, string[]>;
}

export interface NaiveProfile {
  recordCount: number;
  rowCount: number;
  first: number;
  last: number;
  readonly shapes: Map<string, NaiveShape>;
}

const HOUR_MILLIS = 3_600_000;

/** What the records say, held whole in memory. */
export function naiveProfiles(truths: readonly LineTruth[]): Map<number, NaiveProfile> {
  const profiles = new Map<number, NaiveProfile>();
  for (const { inferenceMillis, outputs, inputs } of truths) {
    const hour = inferenceMillis - (inferenceMillis % HOUR_MILLIS);
    const profile = profiles.get(hour) ?? emptyProfile();
    profiles.set(hour, profile);
    const rowCount = (outputs ?? inputs)!.rows.length;
    profile.recordCount += 1;
    profile.rowCount += rowCount;
    profile.first = Math.min(profile.first, inferenceMillis);
    profile.last = Math.max(profile.last, inferenceMillis);
    const shapeName = `${shapeOf(outputs)}+${shapeOf(inputs)}`;
    const shape = profile.shapes.get(shapeName) ?? { rowCount: 0, texts: new Map() };
    profile.shapes.set(shapeName, shape);
    shape.rowCount += rowCount;
    addSide(shape, "o", outputs);
    addSide(shape, "i", inputs);
  }
  return profiles;
}

function emptyProfile(): NaiveProfile {
  return { recordCount: 0, rowCount: 0, first: Infinity, last: -Infinity, shapes: new Map() };
}

function shapeOf(side: SideTruth | null): string {
  if (side === null) return "-";
  return side.names === null ? String(side.rows[0]!.length) : "*";
}

function addSide(shape: NaiveShape, letter: string, side: SideTruth | null): void {
  for (const row of side?.rows ?? []) {
    for (const [index, cell] of row.entries()) {
      const name = side!.names?.[index];
      const id = name === undefined ? letter + index : `${letter}.${name}`;
      const texts = shape.texts.get(id) ?? [];
      shape.texts.set(id, texts);
      if (cell !== null) texts.push(cell);
    }
  }
}

/** The states that the texts must give. */
export function naiveColumns(shape: NaiveShape): Map<string, ColumnState> {
  return new Map([...shape.texts].map(([id, texts]) => [id, columnFromTexts(texts)]));
}
