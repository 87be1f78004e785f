import { describe, expect, it } from "vitest";
import { changedMonitors, hasNewVariant } from "../../../shared/window/changed-monitors.ts";
import { HOUR_MILLIS } from "../../../shared/window/window.ts";

const registered = (endpoint: string, definitionEtag: string, variants: string[] = []) => ({
  ...{ endpoint, definitionEtag, variants },
});

describe("changedMonitors", () => {
  it("names what was written, rewritten or deleted without anyone having heard of it", () => {
    const files = ["same", "new", "rewritten"].map((endpoint) => ({ endpoint, etag: "now" }));
    const records = [
      registered("same", "now"),
      registered("rewritten", "before"),
      registered("deleted", "before"),
    ];
    expect(changedMonitors(files, records)).toEqual(["new", "rewritten", "deleted"]);
    expect(changedMonitors([], [])).toEqual([]);
  });
});

describe("hasNewVariant", () => {
  const NOW = Date.parse("2026-01-15T11:25:00Z");
  const captured = (variant: string, hoursAgo: number) => ({
    hourMillis: NOW - hoursAgo * HOUR_MILLIS,
    ...{ variant, objectCount: 1, recordCount: 1 },
  });

  it("looks at the last hours alone, so that a variant that went away is soon forgotten", () => {
    const known = registered("churn", "now", ["blue"]);
    expect(hasNewVariant([captured("blue", 1)], known, NOW)).toBe(false);
    expect(hasNewVariant([captured("green", 2)], known, NOW)).toBe(true);
    expect(hasNewVariant([captured("green", 4)], known, NOW)).toBe(false);
    expect(hasNewVariant([captured("blue", 1)], undefined, NOW)).toBe(true);
  });
});
