import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { accuracyDifferenceInterval } from "../../../shared/evaluate/accuracy-difference.ts";
import { comparePaired } from "../../../shared/evaluate/compare-paired.ts";
import { mcnemar } from "../../../shared/evaluate/mcnemar.ts";
import { pairedAreas } from "../../../shared/evaluate/paired-areas.ts";
import {
  type BinaryRows,
  type LabelledRows,
  multiclassRows,
} from "../../../shared/quality/labelled-rows.ts";
import { type RandomStream, randomStream } from "../../../shared/stats/random-stream.ts";
import golden from "../../golden/paired-comparison.json" with { type: "json" };

const binary = (labels: readonly number[], probabilities: readonly number[]): BinaryRows => ({
  problem: "binary-classification",
  labels: Uint8Array.from(labels),
  predictions: Uint8Array.from(probabilities, (probability) => Number(probability > 0.5)),
  probabilities: Float64Array.from(probabilities),
});

describe("pairedAreas", () => {
  it.each(golden.areas)("agrees with the definition and with pROC: $name", (expected) => {
    const champion = binary(expected.labels, expected.champion);
    const challenger = binary(expected.labels, expected.challenger);
    const { probabilities: first } = champion;
    const { probabilities: second } = challenger;
    const found = pairedAreas(first!, second!, champion.labels)!;
    expect(found.champion).toBeCloseTo(expected.areas[0]!, 12);
    expect(found.challenger).toBeCloseTo(expected.areas[1]!, 12);
    expect(found.variance).toBeCloseTo(expected.variance, 12);
    const { improvement, test } = comparePaired({ champion, challenger }, "auc");
    expect(improvement!.interval.lower).toBeCloseTo(expected.interval[0]!, 9);
    expect(improvement!.interval.upper).toBeCloseTo(expected.interval[1]!, 9);
    expect(test!.pValue).toBeCloseTo(expected.pValue, 9);
  });

  it("is undefined with one class, and without a variance with one row of a class", () => {
    const scores = Float64Array.of(0.1, 0.2, 0.3);
    expect(pairedAreas(scores, scores, Uint8Array.of(1, 1, 1))).toBeNull();
    expect(pairedAreas(scores, scores, Uint8Array.of(0, 0, 1))).toEqual({
      champion: 1,
      challenger: 1,
      variance: null,
    });
  });

  it("refuses scores that are no numbers, and other rows", () => {
    const labels = Uint8Array.of(0, 1);
    const bad = Float64Array.of(0, Number.NaN);
    expect(() => pairedAreas(bad, bad, labels)).toThrow(RangeError);
    expect(() => pairedAreas(Float64Array.of(1), Float64Array.of(1, 2), labels)).toThrow(
      RangeError,
    );
  });
});

describe("mcnemar", () => {
  it.each(golden.mcnemar)(
    "agrees with statsmodels and scipy: $championOnly against $challengerOnly",
    ({ championOnly, challengerOnly, rows, pValue, midPValue, interval }) => {
      const counts = { championOnlyCount: championOnly, challengerOnlyCount: challengerOnly };
      expect(mcnemar(counts).pValue).toBeCloseTo(pValue, 9);
      expect(mcnemar(counts).midPValue).toBeCloseTo(midPValue, 9);
      const found = accuracyDifferenceInterval(counts, rows, 0.95);
      expect(found.lower).toBeCloseTo(interval[0]!, 12);
      expect(found.upper).toBeCloseTo(interval[1]!, 12);
    },
  );

  it("refuses what is no count", () => {
    expect(() => mcnemar({ championOnlyCount: -1, challengerOnlyCount: 0 })).toThrow(RangeError);
    expect(() => mcnemar({ championOnlyCount: 0, challengerOnlyCount: 0.5 })).toThrow(RangeError);
  });
});

describe("accuracyDifferenceInterval", () => {
  it("gives the example of R's statpsych::ci.prop.ps(.05, 12, 26, 4, 6)", () => {
    const counts = { championOnlyCount: 4, challengerOnlyCount: 26 };
    const { lower, upper } = accuracyDifferenceInterval(counts, 48, 0.95);
    expect(lower).toBeCloseTo(0.2548067, 7);
    expect(upper).toBeCloseTo(0.6251933, 7);
  });

  it("refuses fewer rows than differ", () => {
    const counts = { championOnlyCount: 4, challengerOnlyCount: 26 };
    expect(() => accuracyDifferenceInterval(counts, 29, 0.95)).toThrow(/29 rows/);
  });
});

const rowsOf = (problem: string, labels: readonly number[], said: readonly number[]) => {
  if (problem === "binary-classification") return binary(labels, said);
  if (problem === "multiclass-classification") {
    return multiclassRows(labels.map(String), said.map(String));
  }
  return {
    problem: "regression",
    labels: Float64Array.from(labels),
    predictions: Float64Array.from(said),
  } satisfies LabelledRows;
};

describe("comparePaired", () => {
  it.each(golden.bootstrap)(
    "agrees with scikit-learn and scipy's BCa: $metric of $problem",
    (of) => {
      const champion = rowsOf(of.problem, of.labels, of.champion);
      const challenger = rowsOf(of.problem, of.labels, of.challenger);
      const metric = of.metric as "logLoss" | "f1" | "rmse" | "mae";
      const found = comparePaired({ champion, challenger }, metric);
      expect(found.champion).toBeCloseTo(of.values[0]!, 9);
      expect(found.challenger).toBeCloseTo(of.values[1]!, 9);
      expect(found.improvement!.value).toBeCloseTo(of.improvement, 9);
      expect(found.improvement!.interval.lower).toBeCloseTo(of.interval[0]!, 9);
      expect(found.improvement!.interval.upper).toBeCloseTo(of.interval[1]!, 9);
    },
  );

  const twoModels = fc
    .integer({ min: 4, max: 60 })
    .chain((count) => {
      const scores = fc.array(fc.integer({ min: 0, max: 20 }), {
        minLength: count,
        maxLength: count,
      });
      const labels = fc.array(fc.integer({ min: 0, max: 1 }), {
        minLength: count,
        maxLength: count,
      });
      return fc.tuple(labels, scores, scores);
    })
    .map(([labels, first, second]) => ({
      champion: binary(
        labels,
        first.map((score) => score / 20),
      ),
      challenger: binary(
        labels,
        second.map((score) => score / 20),
      ),
    }));

  it("says the opposite of the opposite question", () => {
    fc.assert(
      fc.property(
        twoModels,
        fc.constantFrom("auc" as const, "accuracy" as const),
        (rows, metric) => {
          const one = comparePaired(rows, metric);
          const swapped = { champion: rows.challenger, challenger: rows.champion };
          const other = comparePaired(swapped, metric);
          expect(one.test?.pValue).toEqual(other.test?.pValue);
          expect(other.improvement === null).toBe(one.improvement === null);
          if (one.improvement === null) return;
          expect(other.improvement!.value).toBeCloseTo(-one.improvement.value, 12);
          expect(other.improvement!.interval.lower).toBeCloseTo(
            -one.improvement.interval.upper,
            12,
          );
        },
      ),
    );
  });

  it("is wider the more confident it is", () => {
    const [, logLoss] = [null, golden.bootstrap[0]!];
    const champion = rowsOf(logLoss.problem, logLoss.labels, logLoss.champion);
    const challenger = rowsOf(logLoss.problem, logLoss.labels, logLoss.challenger);
    for (const metric of ["auc", "accuracy", "logLoss", "f1"] as const) {
      const usual = comparePaired({ champion, challenger }, metric).improvement!.interval;
      const wide = comparePaired({ champion, challenger }, metric, 0.999).improvement!.interval;
      expect(wide.lower).toBeLessThan(usual.lower);
      expect(wide.upper).toBeGreaterThan(usual.upper);
      expect(wide.confidence).toBe(0.999);
    }
  });

  it("knows nothing of no rows", () => {
    const none = binary([], []);
    for (const metric of ["auc", "accuracy", "logLoss"] as const) {
      expect(comparePaired({ champion: none, challenger: none }, metric).improvement).toBeNull();
    }
  });

  it("refuses a metric that the rows do not give", () => {
    const rows = multiclassRows(["a"], ["a"]);
    const both = { champion: rows, challenger: rows };
    for (const metric of ["auc", "logLoss", "rmse"] as const) {
      expect(() => comparePaired(both, metric)).toThrow(RangeError);
    }
  });
});

describe("a challenger that is as good as the champion", () => {
  const WINDOWS = 1000;
  const uniform = (next: RandomStream): number => (next() + 0.5) / 0x1_0000_0000;

  /** Two models that see the same signal, each with a noise of its own. */
  function drawPair(next: RandomStream, count: number, gain: number) {
    const labels = Array.from({ length: count }, () => Number(uniform(next) < 0.3));
    const signals = labels.map((label) => label + 2 * uniform(next));
    const scores = (strength: number) =>
      signals.map((signal, row) => {
        return (signal + strength * labels[row]! + 2 * uniform(next)) / (6 + strength);
      });
    return { champion: binary(labels, scores(0)), challenger: binary(labels, scores(gain)) };
  }

  const betterRate = (metric: "auc" | "accuracy", gain: number): number => {
    const next = randomStream(20260115);
    let better = 0;
    for (let window = 0; window < WINDOWS; window += 1) {
      const { improvement } = comparePaired(drawPair(next, 300, gain), metric);
      if (improvement!.interval.lower > 0) better += 1;
    }
    return better / WINDOWS;
  };

  // 2.5 % are expected, 1.9 and 2.2 % found; 4 % of 1,000 windows would be seen once in 300 times.
  it("is taken for better in one of forty evaluations at most", () => {
    expect(betterRate("auc", 0)).toBeLessThan(0.04);
    expect(betterRate("accuracy", 0)).toBeLessThan(0.04);
  });

  // 89 % of these windows.
  it("and one that gains 0.08 of area is found in most, with 300 rows", () => {
    expect(betterRate("auc", 0.4)).toBeGreaterThan(0.85);
  });
});
