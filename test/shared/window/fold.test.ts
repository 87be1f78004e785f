import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeProfile } from "../../../shared/profile/codec.ts";
import { profileRecords } from "../../../shared/profile/profile-records.ts";
import { foldHour, foldVariants, foldWindow } from "../../../shared/window/fold.ts";
import { decodeHourFold, encodeHourFold } from "../../../shared/window/hour-fold.ts";

/** Profiles of objects with more distinct numbers together than are counted one by one. */
const objects = await Promise.all(
  Array.from({ length: 6 }, async (_, object) => {
    const lines = Array.from({ length: 60 }, (__, row) => {
      const data = `${object * 1000 + row * 7.25},${row % 3}`;
      const side = { observedContentType: "text/csv", mode: "INPUT", data, encoding: "CSV" };
      const record = {
        captureData: { endpointInput: side },
        eventMetadata: { eventId: "e", inferenceTime: "2026-01-15T10:00:00Z" },
        eventVersion: "0",
      };
      return `${JSON.stringify(record)}\n`;
    });
    const chunks = (async function* () {
      yield Buffer.from(lines.join(""));
    })();
    const { profiles } = await profileRecords(chunks);
    return encodeProfile([...profiles.values()][0]!);
  }),
);

describe("foldHour", () => {
  const bytes = encodeProfile(foldHour(objects));

  it("gives the same bytes for every order of the objects", () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(objects, { minLength: objects.length }), (shuffled) => {
        expect(Buffer.compare(encodeProfile(foldHour(shuffled)), bytes)).toBe(0);
      }),
      { numRuns: 30 },
    );
  });

  it("counts equal objects as often as they occur", () => {
    const twice = foldHour([objects[0]!, objects[1]!, objects[0]!]);
    expect(twice.recordCount).toBe(180);
    expect(foldHour([]).recordCount).toBe(0);
  });
});

describe("foldVariants and foldWindow", () => {
  const hour = foldHour(objects.slice(0, 2));
  const other = foldHour(objects.slice(2));

  it("do not depend on the order in which variants or hours are given", async () => {
    const variants = [foldVariants([hour, other]), foldVariants([other, hour])].map(encodeProfile);
    expect(Buffer.compare(variants[0]!, variants[1]!)).toBe(0);
    const hours = [
      [9, hour],
      [10, other],
    ] as const;
    const ascending = encodeProfile(await foldWindow(new Map(hours), (fold) => fold));
    const descending = encodeProfile(await foldWindow(new Map(hours.toReversed()), (fold) => fold));
    expect(Buffer.compare(ascending, descending)).toBe(0);
  });

  it("read one hour at a time, the earliest first", async () => {
    const read: string[] = [];
    const hours = new Map([
      [11, "eleven"],
      [9, "nine"],
      [10, "ten"],
    ]);
    await foldWindow(hours, async (name) => {
      read.push(`${name} begins`);
      await Promise.resolve();
      read.push(`${name} ends`);
      return hour;
    });
    const named = (name: string) => [`${name} begins`, `${name} ends`];
    expect(read).toEqual(["nine", "ten", "eleven"].flatMap(named));
  });

  it("leave the only one as it is", async () => {
    expect(encodeProfile(foldVariants([hour]))).toEqual(encodeProfile(hour));
    const window = await foldWindow(new Map([[0, hour]]), (fold) => fold);
    expect(encodeProfile(window)).toEqual(encodeProfile(hour));
  });
});

describe("encodeHourFold", () => {
  it("makes a round trip, with its objects in order", () => {
    const fold = { objectIds: ["b", "a"], profile: foldHour(objects) };
    const decoded = decodeHourFold(encodeHourFold(fold));
    expect(decoded.objectIds).toEqual(["a", "b"]);
    expect(encodeProfile(decoded.profile)).toEqual(encodeProfile(fold.profile));
  });

  it.each([
    ["empty", Buffer.from("")],
    ["no profile", Buffer.from('{"version":1,"objectIds":[]}\n')],
    ["of another version", Buffer.from('{"version":2,"objectIds":[]}\nPLPR')],
    ["cut off", encodeHourFold({ objectIds: [], profile: foldHour(objects) }).subarray(0, -1)],
  ])("is not read when it is %s", (_, bytes) => {
    expect(() => decodeHourFold(bytes)).toThrow("must be a line of JSON, then a profile");
  });
});
