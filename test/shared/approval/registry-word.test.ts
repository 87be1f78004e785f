import { describe, expect, it } from "vitest";
import { registryRuling, registryStatus } from "../../../shared/approval/registry-word.ts";

const NOW = Date.parse("2026-01-16T10:00:00Z");

describe("the registry's word", () => {
  it("is no ruling while it is pending", () => {
    expect(registryRuling({ status: "PendingManualApproval", by: "registry" }, NOW)).toBeNull();
  });

  it("is a ruling of the time at which it was said, never of a later one", () => {
    const word = { status: "Approved", by: "ana", comment: "good" } as const;
    expect(registryRuling({ ...word, at: "2026-01-16T09:00:00.000Z" }, NOW)).toEqual({
      ...{ state: "approved", at: "2026-01-16T09:00:00.000Z", by: "ana", through: "registry" },
      comment: "good",
    });
    for (const at of ["2026-01-16T11:00:00.000Z", undefined]) {
      const told = { status: "Rejected", by: "registry", ...(at ? { at } : {}) } as const;
      const ruling = registryRuling(told, NOW);
      expect(ruling).toMatchObject({ state: "rejected", at: "2026-01-16T10:00:00.000Z" });
    }
  });

  it.each([
    ["approved", "PendingManualApproval", "Approved"],
    ["approved", "Approved", null],
    // Somebody has taken it back since.
    ["approved", "Rejected", null],
    ["rejected", "PendingManualApproval", "Rejected"],
    ["rejected", "Approved", "Rejected"],
    ["rejected", "Rejected", null],
    ["expired", "PendingManualApproval", "Rejected"],
    ["expired", "Approved", "Rejected"],
    ["expired", "Rejected", null],
    ["pending", "Approved", null],
  ] as const)("of what is %s here and %s there becomes %s", (state, status, wanted) => {
    expect(registryStatus({ state }, status)).toBe(wanted);
  });
});
