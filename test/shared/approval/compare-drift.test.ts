import { describe, expect, it } from "vitest";
import { ofInputs } from "../../../shared/approval/compare-drift.ts";
import { approvalIdOf, reviewIdOf } from "../../../shared/approval/question-ids.ts";
import type { Baseline } from "../../../shared/drift/suggest-baseline.ts";

const named = (...names: string[]) => {
  const features = names.map((name) => ({ name }));
  return { statistics: { features }, constraints: { features } } as unknown as Baseline;
};

describe("a baseline of inputs alone", () => {
  const output = { contentType: "text/csv", columnCount: 2, names: null } as const;

  it("leaves out the first columns where they are told by their places", () => {
    expect(ofInputs(named("p", "q", "a", "b"), output)).toEqual(named("a", "b"));
  });

  it("leaves out the names of outputs where they have such", () => {
    const json = { ...output, contentType: "application/json", names: ["p", "q"] } as const;
    expect(ofInputs(named("a", "p", "b", "q"), json)).toEqual(named("a", "b"));
  });
});

describe("the id of a question", () => {
  it("follows from what is asked, so that it is asked once", () => {
    expect(approvalIdOf("churn-1")).toMatch(/^[0-9a-f]{32}$/);
    expect(approvalIdOf("churn-1")).toBe(approvalIdOf("churn-1"));
    expect(approvalIdOf("churn-1")).not.toBe(approvalIdOf("churn-2"));
  });

  it("of a review is another with another cause, in whatever order", () => {
    const both = reviewIdOf("i", ["drift", "quality-loss"]);
    expect(reviewIdOf("i", ["quality-loss", "drift", "drift"])).toBe(both);
    expect(reviewIdOf("i", ["drift"])).not.toBe(both);
    expect(reviewIdOf("j", ["drift", "quality-loss"])).not.toBe(both);
  });
});
