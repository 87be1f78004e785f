import type { Dialect } from "../contracts/quality-files.ts";
import type { NamedIntervals } from "./binary-intervals.ts";
import { bootstrapRows } from "./bootstrap.ts";
import { pickRows, type RegressionRows } from "./labelled-rows.ts";
import { type MetricValue, metricValue } from "./measured-metric.ts";
import { regressionMetrics } from "./regression-metrics.ts";

/** Model Monitor's metrics of a regression in its order, then ours; r2 as the dialect has it. */
export function regressionValues(
  rows: RegressionRows,
  dialect: Dialect,
  weights?: Float64Array,
): MetricValue[] {
  const { r2, r2_swapped, mape, ...errors } = regressionMetrics(rows, weights);
  const swapped = dialect === "sagemaker";
  return [
    ...Object.entries(errors).map(([name, value]) => metricValue(name, value, "there is no row")),
    metricValue(
      "r2",
      swapped ? r2_swapped : r2,
      `all ${swapped ? "predictions" : "labels"} are the same`,
    ),
    metricValue("mape", mape, "a label is 0"),
  ];
}

/** 95 % intervals, all by bootstrap. */
export function regressionIntervals(rows: RegressionRows, dialect: Dialect): NamedIntervals {
  if (rows.labels.length === 0) return new Map();
  const intervals = bootstrapRows(rows.labels.length, (part) => {
    const picked = pickRows(rows, part);
    return (weights) => regressionValues(picked, dialect, weights).map(({ value }) => value);
  });
  const names = regressionValues(rows, dialect).map(({ name }) => name);
  return new Map(names.map((name, index) => [name, intervals[index] ?? null]));
}
