import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { QualityConstraints } from "../../../shared/contracts/quality-files.ts";
import { checkModelQuality } from "../../../shared/quality/check-model-quality.ts";
import type { BinaryRows } from "../../../shared/quality/labelled-rows.ts";
import { measureQuality } from "../../../shared/quality/measure-quality.ts";
import { suggestQualityConstraints } from "../../../shared/quality/suggest-quality-constraints.ts";
import { randomStream } from "../../../shared/stats/random-stream.ts";

/** A model whose probabilities are right, and that is wrong in the given share of rows on top. */
function rowsOf(rowCount: number, wrongShare: number, seed: number): BinaryRows {
  const next = randomStream(seed);
  const uniform = () => next() / 2 ** 32;
  const probabilities = Float64Array.from({ length: rowCount }, uniform);
  const labels = Uint8Array.from(probabilities, (probability) => {
    const label = uniform() < probability ? 1 : 0;
    return uniform() < wrongShare ? 1 - label : label;
  });
  const predictions = Uint8Array.from(probabilities, (probability) => (probability > 0.5 ? 1 : 0));
  return { problem: "binary-classification", probabilities, predictions, labels };
}

const PASSED = { outcome: "passed" } as const;
const accuracyOf = (threshold: number): QualityConstraints => ({
  problem: "binary-classification",
  constraints: { accuracy: { threshold, comparison_operator: "LessThanThreshold" } },
});

const shared = { minimumLabelCount: 100, coverage: PASSED, baseline: null };

describe("checkModelQuality", () => {
  const baseline = measureQuality(rowsOf(5000, 0, 1), "calibrated");
  const constraints = suggestQualityConstraints(baseline);

  it("constrains the metrics of the baseline, ours included", () => {
    expect(Object.keys(constraints.constraints)).toEqual([
      ...["recall", "precision", "accuracy", "true_positive_rate", "true_negative_rate"],
      ...["false_positive_rate", "false_negative_rate", "auc", "f0_5", "f1", "f2"],
      ...["log_loss", "brier_score", "au_prc"],
    ]);
  });

  it("passes a window whose metrics are worse by chance alone, where points would not", () => {
    const rows = rowsOf(1000, 0, 9);
    const calibrated = measureQuality(rows, "calibrated");
    const input = { ...shared, constraints };
    expect(checkModelQuality({ ...input, measurement: calibrated }).outcome).toEqual(PASSED);
    const sagemaker = measureQuality(rows, "sagemaker");
    const strict = checkModelQuality({ ...input, measurement: sagemaker });
    expect(strict.violations.length).toBeGreaterThan(0);
  });

  it("says what dropped, with its interval and the labelled rows", () => {
    const measurement = measureQuality(rowsOf(3120, 0.2, 4), "calibrated");
    const { outcome, checks, violations } = checkModelQuality({
      ...shared,
      measurement,
      constraints: accuracyOf(0.75),
    });
    const { value, interval } = measurement.metrics.find(({ name }) => name === "accuracy")!;
    const { lower, upper } = interval!;
    expect(outcome).toEqual({ outcome: "violated" });
    const shown = [value!, lower, upper].map((number) => Number(number.toPrecision(4)));
    expect(checks).toEqual([
      {
        metric: "accuracy",
        check: "LessThanThreshold",
        outcome: "violated",
        observed: value,
        interval,
        threshold: 0.75,
        adjustedPValue: expect.closeTo(0, 9),
        explanation:
          `${shown[0]} (${shown[1]} to ${shown[2]}) on 3,120 labelled rows ` +
          "is below the baseline's 0.75",
      },
    ]);
    expect(violations).toEqual([
      {
        constraint_check_type: "LessThanThreshold",
        description:
          `Metric accuracy with ${value} (95 % interval ${lower} to ${upper}) ` +
          "was LessThanThreshold '0.75'",
        metric_name: "accuracy",
      },
    ]);
  });

  it("compares strictly in the dialect sagemaker: the baseline itself passes", () => {
    const measurement = measureQuality(rowsOf(500, 0.1, 2), "sagemaker");
    const own = suggestQualityConstraints(measurement);
    expect(checkModelQuality({ ...shared, measurement, constraints: own }).outcome).toEqual(PASSED);
  });

  it("never judges a better window worse than a lesser one", () => {
    const badness = { passed: 0, inconclusive: 1, violated: 2 };
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 1000 }),
        fc.integer({ min: 0, max: 1000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.constantFrom("calibrated" as const, "sagemaker" as const),
        (first, second, threshold, dialect) => {
          const [worse, better] = [Math.min(first, second), Math.max(first, second)].map((hits) => {
            const labels = new Uint8Array(1000).fill(1, 0, hits);
            const predictions = new Uint8Array(1000).fill(1);
            const problem = "binary-classification" as const;
            const rows = { problem, labels, predictions, probabilities: null };
            const measurement = measureQuality(rows, dialect);
            const input = { ...shared, measurement, constraints: accuracyOf(threshold) };
            return badness[checkModelQuality(input).outcome.outcome];
          });
          expect(better).toBeLessThanOrEqual(worse!);
        },
      ),
      { numRuns: 30 },
    );
  });

  describe("is inconclusive, with the numbers", () => {
    const measurement = measureQuality(rowsOf(300, 0.5, 3), "calibrated");

    it("without a baseline", () => {
      const { outcome } = checkModelQuality({ ...shared, measurement, constraints: null });
      expect(outcome).toMatchObject({ outcome: "inconclusive", reason: "no-baseline" });
    });

    it("with too few labels, though the metrics dropped", () => {
      const input = { ...shared, measurement, constraints, minimumLabelCount: 301 };
      const { outcome, violations } = checkModelQuality(input);
      expect(outcome).toEqual({
        outcome: "inconclusive",
        reason: "too-few-labels",
        explanation: "300 labelled rows: at least 301 are needed",
      });
      expect(violations).toEqual([]);
    });

    it("with no label at all", () => {
      const none = measureQuality(rowsOf(0, 0, 1), "calibrated");
      const { outcome } = checkModelQuality({ ...shared, measurement: none, constraints });
      expect(outcome).toMatchObject({ outcome: "inconclusive", reason: "no-labels" });
    });

    it("while the coverage is, whatever the metrics are", () => {
      const coverage = {
        outcome: "inconclusive",
        reason: "labels-outstanding",
        explanation: "…",
      } as const;
      const input = { ...shared, measurement, constraints, coverage, minimumLabelCount: 1 };
      expect(checkModelQuality(input).outcome).toEqual(coverage);
    });

    it.each(["calibrated", "sagemaker"] as const)(
      "about the area under the curve of one class: %s",
      (dialect) => {
        const rows = rowsOf(300, 0, 3);
        const ones = measureQuality({ ...rows, labels: rows.labels.fill(1) }, dialect);
        const { outcome, checks } = checkModelQuality({
          ...shared,
          measurement: ones,
          constraints: {
            problem: "binary-classification",
            constraints: {
              recall: { threshold: 0.1, comparison_operator: "LessThanThreshold" },
              auc: { threshold: 0.5, comparison_operator: "LessThanThreshold" },
              true_negative_rate: { threshold: 0.5, comparison_operator: "LessThanThreshold" },
            },
          },
        });
        expect(outcome).toMatchObject({ outcome: "inconclusive", reason: "one-class-only" });
        expect(checks.map(({ outcome: found, reason }) => [found, reason])).toEqual([
          ["passed", undefined],
          ["inconclusive", "one-class-only"],
          ["inconclusive", "metric-undefined"],
        ]);
      },
    );

    it("about a metric that these predictions do not give", () => {
      const measured = measureQuality({ ...rowsOf(300, 0, 3), probabilities: null }, "calibrated");
      const { checks } = checkModelQuality({ ...shared, measurement: measured, constraints });
      const reasons = new Map(checks.map(({ metric, outcome }) => [metric, outcome]));
      expect(reasons.get("auc")).toBe("inconclusive");
      expect(reasons.get("accuracy")).toBe("passed");
    });
  });

  it("refuses constraints of another problem", () => {
    const regression = { problem: "regression", constraints: {} } as const;
    const measurement = measureQuality(rowsOf(10, 0, 1), "calibrated");
    expect(() => checkModelQuality({ ...shared, measurement, constraints: regression })).toThrow(
      "constraints.json: regression: must be of binary-classification",
    );
  });
});
