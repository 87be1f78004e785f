import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  type MulticlassRows,
  multiclassRows,
  type RegressionRows,
} from "../../../shared/quality/labelled-rows.ts";
import {
  measureQuality,
  type QualityMeasurement,
} from "../../../shared/quality/measure-quality.ts";
import { rowsOfCells } from "./golden-rows.ts";

const golden = JSON.parse(
  readFileSync(new URL("../../golden/model-quality.json", import.meta.url), "utf8"),
);

const DIGITS = 9;

interface Expected {
  readonly values: Record<string, number>;
  readonly intervals: Record<string, [number, number]>;
}

function expectEqual(measured: QualityMeasurement, { values, intervals }: Expected): void {
  const byName = new Map(measured.metrics.map((metric) => [metric.name, metric]));
  expect([...byName.keys()].sort()).toEqual(Object.keys(values).sort());
  for (const [name, value] of Object.entries(values)) {
    expect(byName.get(name)?.value, name).toBeCloseTo(value, DIGITS);
  }
  for (const [name, [lower, upper]] of Object.entries(intervals)) {
    expect(byName.get(name)?.interval?.lower, `${name}, lower`).toBeCloseTo(lower, DIGITS);
    expect(byName.get(name)?.interval?.upper, `${name}, upper`).toBeCloseTo(upper, DIGITS);
  }
}

describe("measureQuality", () => {
  it.each<Expected & { name: string; cells: number[][] }>(golden.binary)(
    "agrees with scikit-learn, statsmodels and scipy: $name",
    ({ cells, ...expected }) => {
      expectEqual(measureQuality(rowsOfCells(cells), "calibrated"), expected);
    },
  );

  it.each<Expected & { name: string; classes: string[]; confusion: number[][] }>(golden.multiclass)(
    "agrees with scikit-learn, statsmodels and scipy: $name",
    ({ classes, confusion, ...expected }) => {
      expectEqual(measureQuality(rowsOfConfusion(classes, confusion), "calibrated"), expected);
    },
  );

  it.each<Expected & { name: string; labels: number[]; predictions: number[] }>(golden.regression)(
    "agrees with scikit-learn and scipy: $name",
    ({ labels, predictions, ...expected }) => {
      const rows: RegressionRows = {
        problem: "regression",
        labels: Float64Array.from(labels),
        predictions: Float64Array.from(predictions),
      };
      expectEqual(measureQuality(rows, "calibrated"), expected);
    },
  );
});

function rowsOfConfusion(classes: readonly string[], confusion: number[][]): MulticlassRows {
  const pairs = confusion.flatMap((row, actual) =>
    row.flatMap((count, predicted) =>
      Array.from({ length: count }, () => [classes[actual]!, classes[predicted]!] as const),
    ),
  );
  return multiclassRows(
    pairs.map(([actual]) => actual),
    pairs.map(([, predicted]) => predicted),
  );
}
