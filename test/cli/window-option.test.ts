import { describe, expect, it } from "vitest";
import { parseHour, parseWindow } from "../../cli/window-option.ts";

describe("parseHour", () => {
  it.each([
    ["2026-01-15", "2026-01-15T00:00:00.000Z"],
    ["2026-01-15T10:00Z", "2026-01-15T10:00:00.000Z"],
    ["2026-01-15T10:00:00Z", "2026-01-15T10:00:00.000Z"],
  ])("reads %s", (text, expected) => {
    expect(new Date(parseHour(text)).toISOString()).toBe(expected);
  });

  it.each(["", "today", "2026-01-32", "2026-01-15T10:30Z", "2026-01-15T10:00", "2026-1-5"])(
    "refuses %s",
    (text) => {
      expect(() => parseHour(text)).toThrow("must be a whole hour in UTC");
    },
  );
});

describe("parseWindow", () => {
  it("reads two whole hours, and refuses what does not begin before it ends", () => {
    const hour = Date.parse("2026-01-15T10:00:00Z");
    const window = { fromMillis: hour, toMillis: hour + 3_600_000 };
    expect(parseWindow("2026-01-15T10:00Z/2026-01-15T11:00Z")).toEqual(window);
    expect(() => parseWindow("2026-01-15T10:00Z/2026-01-15T10:00Z")).toThrow("two whole hours");
  });
});
