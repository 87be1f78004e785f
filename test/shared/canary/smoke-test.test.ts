import { describe, expect, it } from "vitest";
import { smokeTest, type VariantAnswer } from "../../../shared/canary/smoke-test.ts";

const DEFINITION = { problem: "binary-classification" } as const;
const csv = (text: string): VariantAnswer => ({ kind: "answer", text, contentType: "text/csv" });
const json = (value: unknown): VariantAnswer => {
  return { kind: "answer", text: JSON.stringify(value), contentType: "application/json" };
};
const refusal: VariantAnswer = { kind: "refusal", reason: "ModelError: 500" };

describe("smokeTest", () => {
  it("passes a candidate that answers as the champion does", () => {
    const requests = [
      { champion: csv("0.25\n"), candidate: csv("0.75\n") },
      // What both refuse says nothing of the candidate.
      { champion: refusal, candidate: refusal },
    ];
    expect(smokeTest(requests, DEFINITION)).toEqual({
      outcome: "served",
      reason: "the candidate answered 1 test requests as the champion does",
    });
  });

  it.each([
    { why: "refused it: ModelError: 500", candidate: refusal },
    { why: "answers 1 rows of 2 columns, the champion 1 rows of 1 columns", candidate: csv("a,1") },
    { why: "answers 2 rows", candidate: csv("0.1\n0.2\n") },
    { why: "answers what is invalid-json-body", candidate: { ...json(0), text: "0.1," } },
    { why: "prediction cannot be read", candidate: csv("high\n") },
    { why: "prediction cannot be read", candidate: csv("1.5\n") },
  ])("refuses one that $why", ({ why, candidate }) => {
    const said = smokeTest([{ champion: csv("0.25\n"), candidate }], DEFINITION);
    expect(said).toEqual({ outcome: "refused", reason: expect.stringContaining(why) });
  });

  it("takes names for a part of the shape", () => {
    const definition = { ...DEFINITION, prediction: { probability: "score" } };
    const requests = [{ champion: json({ score: 0.2 }), candidate: json({ probability: 0.2 }) }];
    expect(smokeTest(requests, definition).reason).toContain(
      "answers 1 rows of columns probability, the champion 1 rows of columns score",
    );
  });

  it("never passes what was not tested", () => {
    expect(smokeTest([], DEFINITION).outcome).toBe("refused");
    expect(smokeTest([{ champion: refusal, candidate: csv("0.5") }], DEFINITION)).toEqual({
      outcome: "refused",
      reason: "the champion answered none of 1 test requests: nothing was tested",
    });
  });
});
