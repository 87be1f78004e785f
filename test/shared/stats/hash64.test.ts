import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hashNumber, hashText, hexOf } from "../../../shared/stats/hash64.ts";
import golden from "../../golden/hash64.json" with { type: "json" };

describe("hash64", () => {
  it.each(golden.texts)("hashes the text $text as FNV-1a and splitmix64 do", ({ text, hash }) => {
    expect(hexOf(hashText(text))).toBe(hash);
  });

  it.each(golden.numbers)("hashes the number $number as splitmix64 does", ({ number, hash }) => {
    expect(hexOf(hashNumber(number))).toBe(hash);
  });

  it("hashes both zeros alike", () => {
    expect(hashNumber(-0)).toEqual(hashNumber(0));
  });

  it("agrees with 64-bit arithmetic on any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 40 }), (text) => {
        let hash = 0xcbf29ce484222325n;
        for (const byte of new TextEncoder().encode(text)) {
          hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
        }
        hash = BigInt.asUintN(64, (hash ^ (hash >> 30n)) * 0xbf58476d1ce4e5b9n);
        hash = BigInt.asUintN(64, (hash ^ (hash >> 27n)) * 0x94d049bb133111ebn);
        expect(hexOf(hashText(text))).toBe((hash ^ (hash >> 31n)).toString(16).padStart(16, "0"));
      }),
    );
  });
});
