import { describe, expect, it } from "vitest";
import { numbersOf, readAllRows, readTrainingRows } from "../../../local/churn/churn-rows.ts";
import {
  type LogisticModel,
  parseModel,
  predictProbability,
} from "../../../local/logistic-regression/model.ts";
import { trainLogisticRegression } from "../../../local/logistic-regression/train.ts";
import golden from "../../golden/logistic-regression.json" with { type: "json" };

const { features, rows } = readTrainingRows();
const churn = {
  features,
  rows: rows.map(numbersOf),
  labels: rows.map(({ label }) => label),
};
const heldBack = readAllRows().rows.slice(rows.length);

describe("trainLogisticRegression", () => {
  it.each(golden.cases)("agrees with scikit-learn at penalty $penalty", (expected) => {
    const model = trainLogisticRegression(churn, expected.penalty);
    const close = (actual: number[], wanted: number[], digits: number) => {
      expect(actual).toHaveLength(wanted.length);
      for (const [index, value] of wanted.entries())
        expect(actual[index]).toBeCloseTo(value, digits);
    };
    close(model.means, golden.means, 10);
    close(model.scales, golden.scales, 10);
    close(
      [model.intercept, ...model.coefficients],
      [expected.intercept, ...expected.coefficients],
      8,
    );
    expect(model.training.meanLogLoss).toBeCloseTo(expected.meanLogLoss, 12);
    const probabilities = heldBack.map((row) => predictProbability(model, numbersOf(row)));
    close(probabilities.slice(0, 20), expected.heldBackProbabilities, 10);
    expect(meanLogLoss(probabilities)).toBeCloseTo(expected.heldBackMeanLogLoss, 10);
  });

  it("gives the same bytes each time, and they make the same model again", () => {
    const text = JSON.stringify(trainLogisticRegression(churn));
    expect(JSON.stringify(trainLogisticRegression(churn))).toBe(text);
    expect(parseModel(text)).toEqual(JSON.parse(text));
  });

  it("leaves a feature that never varies alone", () => {
    const model = trainLogisticRegression({
      features: ["constant", "x"],
      rows: [-2, -1, 1, 2, 0].map((x) => Float64Array.of(7, x)),
      labels: [0, 0, 1, 1, 1],
    });
    expect(model.coefficients[0]).toBe(0);
    expect(model.scales[0]).toBe(1);
  });

  it.each([
    { why: "one each", rows: [[1]], labels: [] },
    { why: "both must occur", rows: [[1], [2]], labels: [1, 1] },
    { why: "must be 0 and 1", rows: [[1], [2], [3]], labels: [0, 1, 2] },
    { why: "row 1 is not 1 finite numbers", rows: [[1], [Number.NaN]], labels: [0, 1] },
  ])("refuses to train: $why", ({ why, rows, labels }) => {
    const set = { features: ["x"], rows: rows.map((row) => Float64Array.from(row)), labels };
    expect(() => trainLogisticRegression(set)).toThrow(why);
  });
});

describe("predictProbability", () => {
  const model: LogisticModel = {
    format: "plumbline/logistic-regression",
    features: ["x"],
    means: [10],
    scales: [2],
    coefficients: [Math.log(3)],
    intercept: 0,
    training: { rowCount: 2, positiveCount: 1, penalty: 1, iterationCount: 1, meanLogLoss: 0 },
  };

  it("is the logistic function of the standardised score", () => {
    expect(predictProbability(model, [12])).toBeCloseTo(0.75, 15);
    expect(predictProbability(model, [8])).toBeCloseTo(0.25, 15);
  });

  it("takes a missing value for the mean, and stays within 0 and 1 at the ends", () => {
    expect(predictProbability(model, [Number.NaN])).toBe(0.5);
    expect(predictProbability(model, [1e6])).toBe(1);
    expect(predictProbability(model, [-1e6])).toBe(0);
  });
});

describe("parseModel", () => {
  it("refuses lists of different lengths and unknown keys", () => {
    const text = JSON.stringify(trainLogisticRegression(churn));
    const model = JSON.parse(text);
    expect(() => parseModel(JSON.stringify({ ...model, means: [1] }))).toThrow(
      /one for each of 69/,
    );
    expect(() => parseModel(JSON.stringify({ ...model, extra: 1 }))).toThrow();
  });
});

function meanLogLoss(probabilities: readonly number[]): number {
  const losses = heldBack.map(({ label }, index) => {
    const p = probabilities[index]!;
    return -Math.log(label === 1 ? p : 1 - p);
  });
  return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
}
