import { randomStream } from "../stats/random-stream.ts";
import { drawWithout } from "./bootstrap.ts";
import { type LabelledRows, pickRows, rowCountOf } from "./labelled-rows.ts";
import type { MetricValue } from "./measured-metric.ts";

const LEAST_ROWS_FOR_DEVIATION = 200;
const DRAW_COUNT = 5;
const DRAW_FRACTION = 0.8;
const DRAW_SEED = 2;

/**
 * Model Monitor's `standard_deviation`: how the metric varies over five random draws of 80 % of the
 * rows, from 200 rows on.
 *
 * What its documentation leaves open is chosen here: rows are drawn without replacement (its samples'
 * deviations are a third of what drawing with replacement gives), the deviation is that of the
 * population (as of its data statistics), and the draws are seeded.
 */
export function subsampleDeviations<Rows extends LabelledRows>(
  rows: Rows,
  valuesOf: (drawn: Rows) => readonly MetricValue[],
): ReadonlyMap<string, number> {
  const rowCount = rowCountOf(rows);
  const deviations = new Map<string, number>();
  if (rowCount < LEAST_ROWS_FOR_DEVIATION) return deviations;
  const next = randomStream(DRAW_SEED);
  const all = Uint32Array.from({ length: rowCount }, (_, row) => row);
  const draws = Array.from({ length: DRAW_COUNT }, () => {
    const drawn = drawWithout(next, all, Math.floor(rowCount * DRAW_FRACTION));
    return valuesOf(pickRows(rows, drawn));
  });
  for (const [index, { name }] of draws[0]!.entries()) {
    const values = draws.map((draw) => draw[index]!.value);
    if (values.every((value) => value !== null)) deviations.set(name, deviationOf(values));
  }
  return deviations;
}

function deviationOf(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}
