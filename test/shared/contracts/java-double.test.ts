import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { javaDoubleText } from "../../../shared/contracts/java-double.ts";
import golden from "../../golden/java-double.json" with { type: "json" };

function fromBits(hex: string): number {
  return new DataView(BigUint64Array.of(BigInt(`0x${hex}`)).buffer).getFloat64(0, true);
}

const cases = golden.cases.map(([bits, text]) => ({ value: fromBits(bits!), text: text! }));

describe("javaDoubleText", () => {
  it("prints every value as Double.toString of Java 17 does", () => {
    expect(cases.length).toBeGreaterThan(1900);
    const wrong = cases
      .map(({ value, text }) => ({ expected: text, actual: javaDoubleText(value) }))
      .filter(({ expected, actual }) => expected !== actual);
    expect(wrong).toEqual([]);
  });

  it("gives a text that reads back as the value, of whatever bits", () => {
    const anyDouble = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(anyDouble, (value) => {
        expect(Number(javaDoubleText(value))).toBe(value);
      }),
      { numRuns: 2_000 },
    );
  });

  it("reads back for every power of two", () => {
    for (let exponent = -1074; exponent < 1024; exponent += 1) {
      expect(Number(javaDoubleText(2 ** exponent))).toBe(2 ** exponent);
    }
  });
});
