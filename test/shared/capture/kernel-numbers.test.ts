import { afterAll, describe, expect, it } from "vitest";
import { type Kernel, withKernel } from "../../../shared/capture/kernel.ts";
import { classifyText, parseNumber } from "../../../shared/sketch/value-type.ts";
import { createRandom } from "../profile/capture-lines.ts";

const KINDS = [null, "integral", "fractional"] as const;
const utf8 = new TextEncoder();

const lent = Promise.withResolvers<void>();
const kernel = await new Promise<Kernel>((resolve) => {
  void withKernel(async (borrowed) => {
    resolve(borrowed);
    await lent.promise;
  });
});
afterAll(() => lent.resolve());

/** Type and value as the kernel reads them, the text standing among others as in a line. */
function readInKernel(text: string): { type: string | null; value: number | null } {
  const at = kernel.scratchAddress() + 64;
  const { written } = utf8.encodeInto(`9${text}9,9999999999999999`, kernel.bytes().subarray(at));
  const kind = KINDS[kernel.readNumber(at + 1, written - 19)]!;
  return { type: kind, value: kind === null ? null : kernel.numberValue() };
}

function readByRule(text: string): { type: string | null; value: number | null } {
  const type = classifyText(text);
  const value = parseNumber(text);
  return { type: value === null ? null : type, value };
}

function expectSame(text: string): void {
  const [actual, expected] = [readInKernel(text), readByRule(text)];
  // Object.is tells 0 from -0, and a failed comparison of a million needs no matcher.
  if (actual.type !== expected.type || !Object.is(actual.value, expected.value)) {
    expect({ text, ...actual }).toEqual({ text, ...expected });
  }
}

const digits = (random: (below: number) => number, count: number): string =>
  Array.from({ length: count }, () => random(10)).join("");

/** Ways in which numbers are written, and nearly numbers. */
const WRITERS: readonly ((random: (below: number) => number) => string)[] = [
  (random) => String(random(1e9) - 5e8),
  (random) => (random(1e9) / 1e4 - 5e4).toFixed(random(8)),
  (random) => String((random(1e9) + random(1e9) / 1e9) * 10 ** (random(40) - 20)),
  (random) => `${random(10)}.${digits(random, 1 + random(25))}`,
  (random) => `${digits(random, 1 + random(22))}.${digits(random, 1 + random(22))}`,
  (random) => `${digits(random, 1 + random(30))}`,
  (random) => `0.${"0".repeat(random(25))}${digits(random, 1 + random(20))}`,
  (random) => `${digits(random, 1 + random(19))}e${random(80) - 40}`,
  (random) =>
    `${random(10)}.${digits(random, 1 + random(17))}E${["", "+", "-"][random(3)]}${random(330)}`,
  (random) => `${["-", "+", " ", "- ", "+ ", "  ", "--"][random(7)]}${random(1e6) / 100}`,
  (random) => String(new Float64Array(Uint32Array.of(random(2 ** 32), random(2 ** 32)).buffer)[0]),
  (random) => [...Array(1 + random(6))].map(() => "0123456789.eE+- x"[random(17)]).join(""),
];

describe("the kernel's numbers", () => {
  it("are V8's, for 1.2 million texts of every form", () => {
    const random = createRandom(20_260_115);
    for (let round = 0; round < 100_000; round++) {
      for (const write of WRITERS) expectSame(write(random));
    }
  });

  it.each([
    ["halfway, to even", "9007199254740993"],
    ["halfway, to even upwards", "9007199254740995"],
    ["just above halfway", "9007199254740993.0000000000000000000001"],
    ["halfway by an exponent", "9007199254740993e0"],
    ["halfway at 1 + 2^-53", "1.00000000000000011102230246251565404236316680908203125"],
    ["greatest", "1.7976931348623157e308"],
    ["smallest normal", "2.2250738585072014e-308"],
    ["subnormal", "4.9e-324"],
    ["under the smallest", "1e-400"],
    ["beyond the greatest", "1e309"],
    ["four hundred digits", "9".repeat(250)],
    ["minus zero", "-0"],
    ["minus zero, fractional", "-0.000"],
    ["minus zero, exponent", "-0e5"],
    ["sixteen digits", "1234567890123456"],
    ["fifteen digits and a point", "123456789.123456"],
    ["point first", ".5"],
    ["point last", "5."],
    ["sign alone", "-"],
    ["nothing", ""],
    ["space and digits", " 5"],
    ["sign, space, digits", "- 5"],
    ["digits and space", "5 "],
    ["two points", "1.2.3"],
    ["no exponent", "1e"],
    ["Infinity", "Infinity"],
    ["NaN", "NaN"],
    ["hexadecimal", "0x10"],
    ["true", "true"],
    ["Arabic digits", "٣"],
  ])("%s: %s", (_why, text) => {
    expect(readInKernel(text)).toEqual(readByRule(text));
  });
});
