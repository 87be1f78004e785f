import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type Curve, sparkCurves } from "../../../shared/quality/spark-curves.ts";

const golden = JSON.parse(
  readFileSync(new URL("../../golden/spark-quality.json", import.meta.url), "utf8"),
);

interface SparkCurve extends Curve {
  readonly step: number;
}

interface Case {
  readonly name: string;
  readonly scores: number[];
  readonly labels: number[];
  readonly areaUnderRoc: number;
  readonly pointCount: number;
  readonly roc: SparkCurve;
  readonly precisionRecall: SparkCurve;
}

const everyNth = (values: readonly number[], step: number): number[] =>
  values.filter((_, index) => index % step === 0);

describe("sparkCurves", () => {
  it.each<Case>(golden.binary)("gives Spark's points: $name", (expected) => {
    const { scores, labels } = expected;
    const curves = sparkCurves(Float64Array.from(scores), Uint8Array.from(labels));
    expect(curves.areaUnderRoc).toBeCloseTo(expected.areaUnderRoc, 12);
    expect(curves.roc.x).toHaveLength(expected.pointCount);
    for (const curve of ["roc", "precisionRecall"] as const) {
      const { step, x, y } = expected[curve];
      expect(everyNth(curves[curve].x, step)).toEqual(x);
      expect(everyNth(curves[curve].y, step)).toEqual(y);
    }
  });

  it("gives the arrays of Model Monitor's documentation, whose four rows are all positive", () => {
    const scores = Float64Array.of(0.9, 0.8, 0.7, 0.6);
    expect(sparkCurves(scores, Uint8Array.of(1, 1, 1, 1))).toEqual({
      roc: { x: [0, 0, 0, 0, 0, 1], y: [0, 0.25, 0.5, 0.75, 1, 1] },
      precisionRecall: { x: [0, 0.25, 0.5, 0.75, 1], y: [1, 1, 1, 1, 1] },
      areaUnderRoc: 1,
    });
  });

  it.each([
    { why: "at least 1", scores: [], labels: [] },
    { why: "as many", scores: [0.5], labels: [1, 0] },
    { why: "finite", scores: [Number.NaN], labels: [1] },
  ])("refuses to draw when $why does not hold", ({ why, scores, labels }) => {
    expect(() => sparkCurves(Float64Array.from(scores), Uint8Array.from(labels))).toThrow(why);
  });
});
