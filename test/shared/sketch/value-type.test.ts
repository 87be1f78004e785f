import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { classifyText, countedText, parseNumber } from "../../../shared/sketch/value-type.ts";

const utf8Length = (text: string) => new TextEncoder().encode(text).length;

describe("classifyText", () => {
  it.each([
    ["0", "integral", 0],
    ["-0", "integral", 0],
    ["007", "integral", 7],
    ["+5", "integral", 5],
    ["- 5", "integral", -5],
    ["+ 5", "integral", 5],
    [" 5", "integral", 5],
    ["1.50", "fractional", 1.5],
    ["- 1.5", "fractional", -1.5],
    ["1e5", "fractional", 100_000],
    ["-1.5E-3", "fractional", -0.0015],
    ["2e+3", "fractional", 2000],
    ["1e-400", "fractional", 0],
    ["-1e-400", "fractional", 0],
    ["9007199254740993", "integral", 9007199254740992],
  ])("reads %j as %s %d", (text, type, number) => {
    expect(classifyText(text)).toBe(type);
    expect(parseNumber(text)).toBe(number);
  });

  it.each(["true", "false"])("reads %j as a boolean", (text) => {
    expect(classifyText(text)).toBe("boolean");
    expect(parseNumber(text)).toBeNull();
  });

  it.each([
    "",
    " ",
    "-",
    "+",
    "abc",
    "True",
    "FALSE",
    "true ",
    "5 ",
    "  5",
    "-  5",
    "--5",
    "5.",
    ".5",
    "-.5",
    "1e",
    "e5",
    "1.e5",
    "1e5.0",
    "1,5",
    "1_000",
    "0x10",
    "NaN",
    "inf",
    "Infinity",
    "-Infinity",
    "5\n",
    "\n5",
    "5\t",
    "\t5",
    "٣",
    "５",
    "1e400",
    "-1e309",
    "9".repeat(309),
    `${"0".repeat(260)}1`,
  ])("reads %j as a string", (text) => {
    expect(classifyText(text)).toBe("string");
    expect(parseNumber(text)).toBeNull();
  });

  it("reads back every finite number that JavaScript prints", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (number) => {
        const parsed = parseNumber(String(number));
        expect(parsed).toBe(number === 0 ? 0 : number);
      }),
    );
  });
});

describe("countedText", () => {
  it("leaves a text of 256 bytes as it is and shortens one of 257", () => {
    expect(countedText("x".repeat(256))).toBe("x".repeat(256));
    expect(countedText("x".repeat(257))).toMatch(/^x{200}…[0-9a-f]{16}$/);
    expect(countedText("é".repeat(128))).toBe("é".repeat(128));
    expect(countedText(`é${"x".repeat(255)}`)).toMatch(/^éx{198}…[0-9a-f]{16}$/);
  });

  it("cuts between characters", () => {
    expect(countedText("日".repeat(100))).toMatch(/^日{66}…[0-9a-f]{16}$/);
    expect(countedText(`xx${"🎉".repeat(90)}`)).toMatch(/^xx(?:🎉){49}…[0-9a-f]{16}$/u);
  });

  it("tells apart long texts that only differ at their end", () => {
    const [a, b] = [`${"x".repeat(300)}a`, `${"x".repeat(300)}b`];
    expect(countedText(a)).not.toBe(countedText(b));
    expect(countedText(a)).toBe(countedText(a));
  });

  it("gives well-formed texts of bounded length that count as themselves", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 400, size: "max" }), (text) => {
        const counted = countedText(text);
        expect(counted.isWellFormed()).toBe(true);
        expect(utf8Length(counted)).toBeLessThanOrEqual(256);
        expect(countedText(counted)).toBe(counted);
      }),
    );
  });

  it("counts a lone surrogate as U+FFFD, as UTF-8 does", () => {
    expect(countedText("a\ud800b")).toBe("a\ufffdb");
  });
});
