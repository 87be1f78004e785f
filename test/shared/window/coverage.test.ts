import { describe, expect, it } from "vitest";
import { withCoverage } from "../../../shared/window/coverage.ts";
import { HOUR_MILLIS } from "../../../shared/window/window.ts";

const START = Date.parse("2026-01-15T00:00:00Z");
const coverage = (hours: number, lastHour: number | null, folded = 3) => ({
  window: { fromMillis: START, toMillis: START + hours * HOUR_MILLIS },
  lastInferenceMillis: lastHour === null ? null : START + lastHour * HOUR_MILLIS,
  countedObjectCount: 3,
  foldedObjectCount: folded,
});
const PASSED = { outcome: "passed" } as const;

describe("withCoverage", () => {
  it("lets a pass stand over captures that reach into the second half of their window", () => {
    expect(withCoverage(PASSED, coverage(24, 12))).toEqual(PASSED);
    expect(withCoverage(PASSED, coverage(24, 23.9))).toEqual(PASSED);
    expect(withCoverage(PASSED, coverage(1, 0.01))).toEqual(PASSED);
  });

  it("is inconclusive over captures that end before the middle, with the times", () => {
    expect(withCoverage(PASSED, coverage(24, 2))).toEqual({
      outcome: "inconclusive",
      reason: "stale-captures",
      explanation:
        "the last capture is of 2026-01-15T02:00:00.000Z, more than half of the window before " +
        "its end, 2026-01-16T00:00:00.000Z",
    });
  });

  it("is inconclusive when captures are missing from the profile, with the numbers", () => {
    expect(withCoverage(PASSED, coverage(24, 23, 1))).toMatchObject({
      reason: "late-beyond-retention",
      explanation: expect.stringMatching(/^2 of 3 capture objects are not in the profile/),
    });
  });

  it("never makes a violation or a reason better", () => {
    const violated = { outcome: "violated" } as const;
    const tooFew = {
      outcome: "inconclusive",
      reason: "too-few-rows",
      explanation: "1 row",
    } as const;
    for (const given of [coverage(24, 2), coverage(24, 23, 0), coverage(24, null)]) {
      expect(withCoverage(violated, given)).toEqual(violated);
      expect(withCoverage(tooFew, given)).toEqual(tooFew);
    }
  });
});
