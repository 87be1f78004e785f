import { describe, expect, it } from "vitest";
import { captureCounts, expectedOutputs } from "../../../shared/canary/capture-counts.ts";
import { emptyProfile } from "../../../shared/profile/merge.ts";
import type { Profile, ShapeProfile } from "../../../shared/profile/profile.ts";
import { columnFromTexts } from "../../../shared/sketch/column-state.ts";

const BINARY = { problem: "binary-classification" } as const;

/** Rows with one output each, and 69 inputs that say nothing here. */
function profileOf(shapes: Readonly<Record<string, readonly string[]>>, quarantined = 0): Profile {
  const profiles = Object.entries(shapes).map(([shape, texts]): [string, ShapeProfile] => {
    const columns = new Map([["o0", columnFromTexts(texts.filter((text) => text !== ""))]]);
    return [shape, { rowCount: texts.length, columns }];
  });
  const rowCount = Object.values(shapes).reduce((sum, { length }) => sum + length, 0);
  const quarantinedCounts = new Map(quarantined === 0 ? [] : [["invalid-json", quarantined]]);
  return {
    ...{ ...emptyProfile, recordCount: rowCount, rowCount, quarantinedCounts },
    shapes: new Map(profiles),
  };
}

const probabilities = (count: number) =>
  Array.from({ length: count }, (_, index) => String((index + 0.5) / count));

describe("expectedOutputs", () => {
  it("takes the champion's most frequent shape, and its deciles as the ends of bins", () => {
    const champion = profileOf({ "1+69": probabilities(1000), "2+69": ["1", "2"] });
    const { shape, bins } = expectedOutputs(champion, BINARY);
    expect(shape).toBe("1");
    expect(bins).toMatchObject({ column: "o0", kind: "ordered" });
    for (const [index, edge] of bins!.edges.entries()) {
      expect(Math.abs(edge - (index + 1) / 10)).toBeLessThan(0.01);
    }
  });

  it("has categories where a label is predicted, and none of too few predictions", () => {
    const definition = { ...BINARY, prediction: { label: 0 } };
    const champion = profileOf({ "1+69": [...Array(90).fill("no"), ...Array(30).fill("yes")] });
    expect(expectedOutputs(champion, definition).bins).toMatchObject({
      ...{ kind: "categories", categories: ["no", "yes"] },
    });
    expect(expectedOutputs(profileOf({ "1+69": ["0.5"] }), BINARY)).toEqual({
      ...{ shape: "1", bins: null },
    });
    expect(expectedOutputs(emptyProfile, BINARY)).toEqual({ shape: null, bins: null });
  });
});

describe("captureCounts", () => {
  const expectation = expectedOutputs(profileOf({ "1+69": probabilities(1000) }), BINARY);

  it("counts each prediction into its bin, whatever the number of inputs", () => {
    const captured = profileOf({ "1+69": probabilities(100), "1+70": probabilities(100) });
    const { recordCount, invalidCount, predictionCounts } = captureCounts(captured, expectation);
    expect([recordCount, invalidCount]).toEqual([200, 0]);
    expect(predictionCounts).toEqual(Array(10).fill(20));
  });

  it("counts what cannot be read, has another shape or no prediction as invalid", () => {
    const captured = profileOf(
      { "1+69": ["0.5", "", "soon"], "2+69": ["0.5"], "-+69": ["0.5"] },
      3,
    );
    expect(captureCounts(captured, expectation)).toEqual({
      ...{ recordCount: 7, invalidCount: 6 },
      predictionCounts: [0, 0, 0, 0, expect.any(Number), expect.any(Number), 0, 0, 0, 0],
    });
  });

  it("says nothing of outputs where the champion had none", () => {
    const captured = profileOf({ "1+69": ["0.5"] });
    expect(captureCounts(captured, { shape: null, bins: null })).toEqual({
      ...{ recordCount: 0, invalidCount: 0, predictionCounts: [] },
    });
  });
});
