import { crc32 } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MonitoringError } from "../../../shared/contracts/monitoring-error.ts";
import { decodeProfile, encodeProfile } from "../../../shared/profile/codec.ts";
import { emptyProfile } from "../../../shared/profile/merge.ts";
import type { Profile } from "../../../shared/profile/profile.ts";
import { columnFromTexts } from "../../../shared/sketch/column-state.ts";
import { anyProfile } from "./profile-arbitraries.ts";

const HEADER_BYTES = 13;

/** Bytes whose checksum and length are right, whatever the body: only the reader can refuse them. */
function sealed(body: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES + body.length);
  const view = new DataView(bytes.buffer);
  bytes.set(encodeProfile(emptyProfile).subarray(0, 5));
  view.setUint32(5, body.length, true);
  view.setUint32(9, crc32(body), true);
  bytes.set(body, HEADER_BYTES);
  return bytes;
}

/** The profile, or the error that says why there is none; any other error fails the test. */
function decodeOrRefuse(bytes: Uint8Array): Profile | MonitoringError {
  try {
    return decodeProfile(bytes);
  } catch (error) {
    if (!(error instanceof MonitoringError)) throw error;
    expect(error.code).toBe("profile-unreadable");
    expect(error.message).toMatch(/^profile: .*\d/);
    return error;
  }
}

const profileOfColumn = (texts: readonly string[]): Profile => ({
  ...emptyProfile,
  recordCount: texts.length,
  rowCount: texts.length,
  shapes: new Map([
    ["1+-", { rowCount: texts.length, columns: new Map([["o0", columnFromTexts(texts)]]) }],
  ]),
});

describe("the bytes of a profile", () => {
  it("give back the profile", () => {
    fc.assert(
      fc.property(anyProfile, (profile) => {
        expect(decodeProfile(encodeProfile(profile))).toEqual(profile);
      }),
      { numRuns: 60 },
    );
  });

  it("do not depend on the order in which columns and texts were met", () => {
    fc.assert(
      fc.property(anyProfile, (profile) => {
        const reversed = {
          ...profile,
          quarantinedCounts: new Map([...profile.quarantinedCounts].reverse()),
          shapes: new Map([...profile.shapes].reverse()),
        };
        expect(encodeProfile(reversed)).toEqual(encodeProfile(profile));
      }),
      { numRuns: 30 },
    );
  });

  it("are read from inside a larger buffer", () => {
    const profile = profileOfColumn(["1", "2", "x"]);
    const larger = Buffer.concat([Buffer.from("xyz"), encodeProfile(profile)]);
    expect(decodeProfile(larger.subarray(3))).toEqual(profile);
  });

  it("are few for a one-hot column", () => {
    const oneHot = profileOfColumn(Array.from({ length: 5000 }, (_, i) => (i % 9 ? "0" : "1")));
    const added = encodeProfile(oneHot).length - encodeProfile(profileOfColumn([])).length;
    expect(added).toBeLessThan(20);
  });

  it("hold counts up to 2^53", () => {
    const profile = { ...emptyProfile, recordCount: Number.MAX_SAFE_INTEGER, rowCount: 2 ** 49 };
    expect(decodeProfile(encodeProfile(profile))).toEqual(profile);
  });
});

describe("bytes that are no profile", () => {
  const bytes = encodeProfile(profileOfColumn(["1", "2.5", "x", "é"]));

  it.each([
    ["empty", new Uint8Array(0), "0 bytes"],
    ["JSON", new TextEncoder().encode('{"version": 0.0, "dataset": {}}'), "byte 0"],
    ["of another version", bytes.with(4, 9), "byte 4: version 9"],
    ["cut off", bytes.subarray(0, bytes.length - 5), `byte ${bytes.length - 5}: body of`],
    ["followed by more", Buffer.concat([bytes, bytes]), `must have ${bytes.length - 13}`],
    ["damaged", bytes.with(bytes.length - 1, 7), "checksum"],
  ])("are refused when %s", (_, wrong, where) => {
    expect(() => decodeProfile(wrong)).toThrow(where);
    expect(() => decodeProfile(wrong)).toThrow(MonitoringError);
  });

  it("are refused wherever they were cut", () => {
    for (let length = 0; length < bytes.length; length++) {
      expect(decodeOrRefuse(bytes.subarray(0, length))).toBeInstanceOf(MonitoringError);
    }
  });

  it("are refused wherever the body ends early, by the place", () => {
    const body = bytes.subarray(HEADER_BYTES);
    for (let length = 0; length < body.length; length++) {
      const refused = decodeOrRefuse(sealed(body.subarray(0, length)));
      expect(refused).toBeInstanceOf(MonitoringError);
      expect((refused as MonitoringError).message).toMatch(/^profile: byte \d+: /);
    }
  });

  it("never crash the reader otherwise: random bodies", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (body) => {
        decodeOrRefuse(sealed(body));
      }),
      { numRuns: 2000 },
    );
  });

  it("never crash the reader otherwise: damaged bodies with a right checksum", () => {
    const damage = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 });
    fc.assert(
      fc.property(anyProfile, damage, (profile, changes) => {
        const body = encodeProfile(profile).slice(HEADER_BYTES);
        for (const [at, byte] of changes) body[at % body.length] = byte;
        const read = decodeOrRefuse(sealed(body));
        // What is accepted is a whole profile: it can be written again.
        if (!(read instanceof MonitoringError)) encodeProfile(read);
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ["a list longer than the bytes", [0, 0, 0xff, 0xff, 0xff, 0x7f]],
    ["a count beyond 2^53", [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]],
    ["a count that never ends", new Array(12).fill(0xff)],
  ])("are refused for %s", (_, body) => {
    expect(decodeOrRefuse(sealed(Uint8Array.from(body)))).toBeInstanceOf(MonitoringError);
  });
});
