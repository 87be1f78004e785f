import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeProfile, encodeProfile } from "../../../shared/profile/codec.ts";
import { emptyProfile, foldProfiles, mergeProfiles } from "../../../shared/profile/merge.ts";
import type { Profile } from "../../../shared/profile/profile.ts";
import { columnFromTexts } from "../../../shared/sketch/column-state.ts";
import { anyProfile } from "./profile-arbitraries.ts";

/** What merging decides exactly: everything but the sketches' insides. */
function exactPart(profile: Profile): unknown {
  const shapes = [...profile.shapes].map(([shape, { rowCount, columns }]) => [
    shape,
    rowCount,
    [...columns].map(([id, column]) => [id, column.kind, column.types]).sort(),
  ]);
  return { ...profile, shapes: shapes.sort() };
}

const entries = fc.uniqueArray(fc.tuple(fc.nat(99).map(String), anyProfile), {
  selector: ([id]) => id,
  maxLength: 6,
});

describe("mergeProfiles", () => {
  it("is associative and commutative, with the empty profile as identity", () => {
    fc.assert(
      fc.property(anyProfile, anyProfile, anyProfile, (a, b, c) => {
        const left = mergeProfiles(mergeProfiles(a, b), c);
        expect(exactPart(left)).toEqual(exactPart(mergeProfiles(a, mergeProfiles(b, c))));
        expect(mergeProfiles(a, b)).toEqual(mergeProfiles(b, a));
        expect(mergeProfiles(a, emptyProfile)).toEqual(a);
        expect(mergeProfiles(emptyProfile, a)).toEqual(a);
      }),
      { numRuns: 60 },
    );
  });

  it("adds counts, spans the times and joins the shapes", () => {
    const one: Profile = {
      recordCount: 2,
      rowCount: 3,
      quarantinedCounts: new Map([["not-json", 1]]),
      firstInferenceMillis: 500,
      lastInferenceMillis: 900,
      shapes: new Map([
        ["1+1", { rowCount: 3, columns: new Map([["o0", columnFromTexts(["1"])]]) }],
      ]),
    };
    const other: Profile = {
      recordCount: 1,
      rowCount: 2,
      quarantinedCounts: new Map([
        ["not-json", 4],
        ["too-long", 1],
      ]),
      firstInferenceMillis: 400,
      lastInferenceMillis: 600,
      shapes: new Map([
        ["1+1", { rowCount: 1, columns: new Map([["o0", columnFromTexts(["2"])]]) }],
        ["1+2", { rowCount: 1, columns: new Map() }],
      ]),
    };
    expect(mergeProfiles(one, other)).toEqual({
      recordCount: 3,
      rowCount: 5,
      quarantinedCounts: new Map([
        ["not-json", 5],
        ["too-long", 1],
      ]),
      firstInferenceMillis: 400,
      lastInferenceMillis: 900,
      shapes: new Map([
        ["1+1", { rowCount: 4, columns: new Map([["o0", columnFromTexts(["1", "2"])]]) }],
        ["1+2", { rowCount: 1, columns: new Map() }],
      ]),
    });
  });
});

describe("foldProfiles", () => {
  it("gives the same bytes in whatever order and however often objects arrive", () => {
    const arrivals = entries.chain((objects) =>
      fc.tuple(
        fc.constant(objects),
        fc.shuffledSubarray([...objects, ...objects], { minLength: objects.length * 2 }),
      ),
    );
    fc.assert(
      fc.property(arrivals, ([objects, arrived]) => {
        const expected = encodeProfile(foldProfiles(objects));
        expect(Buffer.compare(encodeProfile(foldProfiles(arrived)), expected)).toBe(0);
      }),
      { numRuns: 60 },
    );
  });

  it("gives the same bytes whether the profiles were stored in between or not", () => {
    fc.assert(
      fc.property(entries, (objects) => {
        const stored = objects.map(
          ([id, profile]) => [id, decodeProfile(encodeProfile(profile))] as const,
        );
        const expected = encodeProfile(foldProfiles(objects));
        expect(Buffer.compare(encodeProfile(foldProfiles(stored)), expected)).toBe(0);
      }),
      { numRuns: 30 },
    );
  });

  it("folds nothing to the empty profile", () => {
    expect(foldProfiles([])).toEqual(emptyProfile);
  });
});
