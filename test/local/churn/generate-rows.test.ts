import { describe, expect, it } from "vitest";
import { trainChurnModel } from "../../../local/churn/churn-model.ts";
import {
  type ChurnRow,
  numbersOf,
  readAllRows,
  readTrainingRows,
} from "../../../local/churn/churn-rows.ts";
import { churnGenerator } from "../../../local/churn/generate-rows.ts";
import { predictProbability } from "../../../local/logistic-regression/model.ts";

const all = readAllRows();
const training = readTrainingRows();
const model = trainChurnModel(training);

const generate = (seed: number, count: number): ChurnRow[] => {
  const next = churnGenerator(all, seed);
  return Array.from({ length: count }, next);
};

/** The prediction first, then the features, as the columns of a window. */
const columnsOf = (rows: readonly ChurnRow[]): number[][] => {
  const numbers = rows.map(numbersOf);
  const probabilities = numbers.map((row) => predictProbability(model, row));
  return [probabilities, ...all.features.map((_, j) => numbers.map((row) => row[j]!))];
};

/** Model Monitor's `linf_simple`: the greatest difference of the two distribution functions. */
function greatestDistance(a: readonly number[], b: readonly number[]): number {
  const [left, right] = [a.toSorted((x, y) => x - y), b.toSorted((x, y) => x - y)];
  let [i, j, greatest] = [0, 0, 0];
  while (i < left.length && j < right.length) {
    const x = Math.min(left[i]!, right[j]!);
    while (i < left.length && left[i]! <= x) i++;
    while (j < right.length && right[j]! <= x) j++;
    greatest = Math.max(greatest, Math.abs(i / left.length - j / right.length));
  }
  return greatest;
}

describe("churnGenerator", () => {
  it("makes the same customers for the same seed, others for another", () => {
    expect(generate(1, 20)).toEqual(generate(1, 20));
    expect(generate(1, 20)).not.toEqual(generate(2, 20));
  });

  it("writes every value in the format that its column has in the data", () => {
    const formatOf = (text: string) =>
      /^\d+\.\d$/.test(text) ? "one decimal" : text.match(/^\d+$/)?.[0] && "integer";
    const formats = all.features.map(
      (_, j) => new Set(all.rows.map(({ values }) => formatOf(values[j]!))),
    );
    for (const { values } of generate(3, 500)) {
      for (const [j, text] of values.entries()) expect(formats[j]).toContain(formatOf(text));
    }
  });

  it("keeps states, plans and area codes whole, and stays within each column's range", () => {
    const groups = ["State_", "Area Code_", "Int'l Plan_", "VMail Plan_"];
    const ranges = columnsOf(all.rows)
      .slice(1)
      .map((column) => [Math.min(...column), Math.max(...column)]);
    for (const row of generate(4, 500)) {
      const numbers = numbersOf(row);
      for (const group of groups) {
        const members = all.features.flatMap((name, j) =>
          name.startsWith(group) ? [numbers[j]!] : [],
        );
        expect(members.reduce((sum, value) => sum + value, 0)).toBe(1);
      }
      // Without the plan there are no messages.
      const plan = numbers[all.features.indexOf("VMail Plan_yes")]!;
      expect(numbers[all.features.indexOf("VMail Message")]! > 0).toBe(plan === 1);
      for (const [j, value] of numbers.entries()) {
        expect(value).toBeGreaterThanOrEqual(ranges[j]![0]! === 0 ? 0 : 0.1);
        expect(value).toBeLessThanOrEqual(ranges[j]![1]!);
      }
    }
  });

  it("leaves mean, deviation and the share of churn what they are in the data", () => {
    const rows = generate(5, 20_000);
    const [real, made] = [columnsOf(all.rows), columnsOf(rows)];
    for (const [j, column] of real.entries()) {
      const [mean, deviation] = momentsOf(column);
      const [madeMean, madeDeviation] = momentsOf(made[j]!);
      expect(Math.abs(madeMean - mean) / (deviation || 1)).toBeLessThan(0.05);
      expect(Math.abs(madeDeviation / (deviation || 1) - 1)).toBeLessThan(0.1);
    }
    const churned = (some: readonly ChurnRow[]) =>
      some.filter(({ label }) => label === 1).length / some.length;
    expect(Math.abs(churned(rows) - churned(all.rows))).toBeLessThan(0.015);
  });

  it("does not repeat real customers", () => {
    const real = new Set(all.rows.map(({ values }) => values.join()));
    expect(generate(6, 500).filter(({ values }) => real.has(values.join()))).toEqual([]);
  });

  it.each([{ rowsPerHour: 200 }, { rowsPerHour: 400 }])(
    "makes clean hours of $rowsPerHour rows that pass Model Monitor's Robust comparison",
    ({ rowsPerHour }) => {
      const baseline = columnsOf(training.rows);
      const [n, m] = [training.rows.length, rowsPerHour];
      const allowance = 1.8 * Math.sqrt((n + m) / (n * m));
      for (let hour = 0; hour < 40; hour++) {
        const window = columnsOf(generate(1000 + hour, rowsPerHour));
        const distances = baseline.map(
          (column, j) => greatestDistance(column, window[j]!) - allowance,
        );
        expect(Math.max(...distances)).toBeLessThan(0.1);
      }
    },
  );
});

function momentsOf(values: readonly number[]): [mean: number, deviation: number] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return [mean, Math.sqrt(squares / values.length)];
}
