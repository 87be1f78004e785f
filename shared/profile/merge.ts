import { type ColumnState, mergeColumns } from "../sketch/column-state.ts";
import type { Profile, ShapeProfile } from "./profile.ts";

export const emptyProfile: Profile = {
  recordCount: 0,
  rowCount: 0,
  quarantinedCounts: new Map(),
  firstInferenceMillis: null,
  lastInferenceMillis: null,
  shapes: new Map(),
};

/** The profile of both sets of records together. */
export function mergeProfiles(a: Profile, b: Profile): Profile {
  return {
    recordCount: a.recordCount + b.recordCount,
    rowCount: a.rowCount + b.rowCount,
    quarantinedCounts: mergeMaps(a.quarantinedCounts, b.quarantinedCounts, (x, y) => x + y),
    firstInferenceMillis: chooseTime(a.firstInferenceMillis, b.firstInferenceMillis, Math.min),
    lastInferenceMillis: chooseTime(a.lastInferenceMillis, b.lastInferenceMillis, Math.max),
    shapes: mergeMaps(a.shapes, b.shapes, mergeShapes),
  };
}

/**
 * The profile of a set of capture objects. The entries may come in any order and more than once: they
 * are merged in the order of their object ids, each id once, so the same set gives the same bytes.
 */
export function foldProfiles(
  entries: Iterable<readonly [objectId: string, profile: Profile]>,
): Profile {
  const byId = new Map(entries);
  return [...byId.keys()]
    .sort()
    .reduce((folded, objectId) => mergeProfiles(folded, byId.get(objectId)!), emptyProfile);
}

function mergeShapes(a: ShapeProfile, b: ShapeProfile): ShapeProfile {
  return {
    rowCount: a.rowCount + b.rowCount,
    columns: mergeMaps<ColumnState>(a.columns, b.columns, mergeColumns),
  };
}

function mergeMaps<Value>(
  a: ReadonlyMap<string, Value>,
  b: ReadonlyMap<string, Value>,
  mergeValues: (a: Value, b: Value) => Value,
): ReadonlyMap<string, Value> {
  const merged = new Map(a);
  for (const [key, value] of b) {
    const known = merged.get(key);
    merged.set(key, known === undefined ? value : mergeValues(known, value));
  }
  return merged;
}

function chooseTime(
  a: number | null,
  b: number | null,
  choose: (a: number, b: number) => number,
): number | null {
  if (a === null || b === null) return a ?? b;
  return choose(a, b);
}
