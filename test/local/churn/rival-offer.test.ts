import { describe, expect, it } from "vitest";
import { underOffer } from "../../../local/churn/rival-offer.ts";

const FEATURES = ["Day Mins", "Eve Mins"];
const OFFER = { feature: "Eve Mins", above: 230 };

describe("a rival's offer", () => {
  it("makes those leave who have more than so much, and shows in no feature", () => {
    const stayed = { label: 0, values: ["300.5", "230.0"] } as const;
    const taken = { label: 0, values: ["10.1", "230.1"] } as const;
    expect(underOffer(stayed, FEATURES, OFFER)).toEqual(stayed);
    expect(underOffer(taken, FEATURES, OFFER)).toEqual({ label: 1, values: taken.values });
  });

  it("keeps nobody who leaves anyway", () => {
    const leaving = { label: 1, values: ["10.1", "0"] } as const;
    expect(underOffer(leaving, FEATURES, OFFER)).toEqual(leaving);
  });

  it("is about a feature that there is", () => {
    const row = { label: 0, values: ["1", "2"] } as const;
    expect(() => underOffer(row, FEATURES, { feature: "Eve", above: 1 })).toThrow(
      'there is no feature "Eve"',
    );
  });
});
