import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  compactTime,
  newestEndedWindow,
  periodMillis,
  windowHolding,
} from "../../../shared/window/window.ts";

const instant = fc.integer({ min: 0, max: Date.parse("2100-01-01T00:00:00Z") });
const every = fc.constantFrom("PT1H", "PT5H", "P1D", "P3D", "P1W", "P2W").map(periodMillis);

describe("periodMillis", () => {
  it.each([
    ["PT1H", 3_600_000],
    ["PT36H", 129_600_000],
    ["P1D", 86_400_000],
    ["P2W", 1_209_600_000],
  ])("reads %s", (duration, millis) => {
    expect(periodMillis(duration)).toBe(millis);
  });

  it.each(["", "PT0H", "PT1.5H", "PT90M", "P1M", "P1DT1H", "1H", "-PT1H", "P01D"])(
    "refuses %j",
    (duration) => {
      expect(() => periodMillis(duration)).toThrow(`duration: "${duration}": must be whole`);
    },
  );
});

describe("windowHolding", () => {
  it("tiles time: each instant is in one window, and the next begins where it ends", () => {
    fc.assert(
      fc.property(instant, every, (at, period) => {
        const window = windowHolding(at, period);
        expect(window.fromMillis <= at && at < window.toMillis).toBe(true);
        expect(window.toMillis - window.fromMillis).toBe(period);
        expect(windowHolding(window.toMillis, period).fromMillis).toBe(window.toMillis);
      }),
    );
  });

  it.each([
    ["2026-01-15T10:59:59Z", "PT1H", "2026-01-15T10:00:00Z"],
    ["2026-01-15T10:59:59Z", "P1D", "2026-01-15T00:00:00Z"],
    // A Thursday; its week began on Monday the 12th.
    ["2026-01-15T10:59:59Z", "P1W", "2026-01-12T00:00:00Z"],
    ["1970-01-01T00:00:00Z", "P1W", "1969-12-29T00:00:00Z"],
  ])("puts %s by %s into the window from %s", (at, duration, from) => {
    const window = windowHolding(Date.parse(at), periodMillis(duration));
    expect(window.fromMillis).toBe(Date.parse(from));
  });
});

describe("newestEndedWindow", () => {
  it("ends at or before the instant, and less than a period before", () => {
    fc.assert(
      fc.property(instant, every, (at, period) => {
        const { toMillis } = newestEndedWindow(at, period);
        expect(toMillis <= at && at < toMillis + period).toBe(true);
      }),
    );
  });
});

describe("compactTime", () => {
  it("is to the minute, and grows with time", () => {
    expect(compactTime(Date.parse("2026-01-15T10:05:59Z"))).toBe("20260115T1005Z");
    fc.assert(
      fc.property(instant, instant, (a, b) => {
        const [earlier, later] = a < b ? [a, b] : [b, a];
        expect(compactTime(earlier) <= compactTime(later)).toBe(true);
      }),
    );
  });
});
