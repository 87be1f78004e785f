import fc from "fast-check";
import type { Profile, ShapeProfile } from "../../../shared/profile/profile.ts";
import { columnFromTexts } from "../../../shared/sketch/column-state.ts";
import { columnTexts } from "../sketch/column-arbitraries.ts";

/** A profile of one capture object, with the number of rows that its longest column needs. */
const shapeProfile = (ids: fc.Arbitrary<string>): fc.Arbitrary<ShapeProfile> =>
  fc
    .uniqueArray(fc.tuple(ids, columnTexts), { selector: ([id]) => id, maxLength: 4 })
    .map((columns) => ({
      rowCount: Math.max(0, ...columns.map(([, texts]) => texts.length)),
      columns: new Map(columns.map(([id, texts]) => [id, columnFromTexts(texts)])),
    }));

const shapes = fc
  .record(
    {
      "1+3": shapeProfile(fc.constantFrom("o0", "i0", "i1", "i2")),
      "*+*": shapeProfile(fc.constantFrom("o.score", "i.age", "i.é", "i.features.10")),
    },
    { requiredKeys: [] },
  )
  .map((record) => new Map(Object.entries(record)));

const millis = fc.option(fc.integer({ min: 0, max: 2e12 }));

export const anyProfile: fc.Arbitrary<Profile> = fc.record({
  recordCount: fc.nat(1e6),
  rowCount: fc.nat(1e6),
  quarantinedCounts: fc
    .dictionary(fc.constantFrom("not-json", "unequal-rows", "too-long"), fc.nat(1000))
    .map((record) => new Map(Object.entries(record))),
  firstInferenceMillis: millis,
  lastInferenceMillis: millis,
  shapes,
});
