import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { applyRuling, approvalValue, type Ruling } from "../../../shared/approval/decide.ts";
import type { ApprovalRecord } from "../../../shared/contracts/self-healing/approval.ts";

const EXPIRES = Date.parse("2026-01-18T10:00:00Z");

const pending: ApprovalRecord = {
  approvalId: "0123456789abcdef0123456789abcdef",
  run: "churn-0123456789",
  endpoint: "churn",
  modelPackageArn: "arn:aws:sagemaker:us-east-1:000000000000:model-package/churn/2",
  requestedAt: "2026-01-15T10:00:00.000Z",
  openUntil: new Date(EXPIRES).toISOString(),
  evidenceSha256: "aa",
  inputs: [],
  state: "pending",
};

const ruling = (state: Ruling["state"], millis: number): Ruling => ({
  state,
  at: new Date(millis).toISOString(),
  by: "link",
  through: "link",
});

describe("an approval", () => {
  it("is decided once: of any rulings the first that may be made stands", () => {
    const any = fc.record({
      state: fc.constantFrom("approved" as const, "rejected" as const, "expired" as const),
      millis: fc.integer({ min: EXPIRES - 5, max: EXPIRES + 5 }),
    });
    fc.assert(
      fc.property(fc.array(any, { maxLength: 8 }), (rulings) => {
        let record = pending;
        for (const { state, millis } of rulings) {
          record = applyRuling(record, ruling(state, millis)).record;
        }
        const first = rulings.find(({ state, millis }) => {
          return (state === "expired") === millis >= EXPIRES;
        });
        expect(record.state).toBe(first?.state ?? "pending");
      }),
    );
  });

  it("is not given on other evidence than was shown", () => {
    const decided = applyRuling(pending, ruling("approved", EXPIRES - 1), "bb");
    expect(decided).toMatchObject({ changes: false, why: "evidence-changed" });
    expect(applyRuling(pending, ruling("approved", EXPIRES - 1), "aa").changes).toBe(true);
  });

  it("tells the state machine who decided and when, and nothing before", () => {
    expect(approvalValue(pending)).toBeNull();
    const { record } = applyRuling(pending, {
      ...ruling("rejected", EXPIRES - 1000),
      by: "arn:aws:iam::000000000000:user/ann",
      comment: "recall fell in CA",
    });
    expect(approvalValue(record)).toEqual({
      outcome: "rejected",
      reason:
        "rejected by arn:aws:iam::000000000000:user/ann at 2026-01-18T09:59:59.000Z: " +
        "recall fell in CA",
    });
    const { record: late } = applyRuling(pending, ruling("expired", EXPIRES));
    expect(approvalValue(late)).toMatchObject({ outcome: "expired" });
  });
});
