import type { Interval } from "../stats/interval.ts";

/** A metric's value, or why it has none. */
export type MetricValue =
  | { readonly name: string; readonly value: number }
  | { readonly name: string; readonly value: null; readonly undefinedBecause: string };

/** One metric of one set of labelled rows. */
export type MeasuredMetric = MetricValue & {
  /** Model Monitor's: of five seeded draws of 80 % of the rows; null below 200 rows. */
  readonly standardDeviation: number | null;
  /** null where it is undefined or makes no sense, as for a constant classifier. */
  readonly interval: Interval | null;
};

export function metricValue(
  name: string,
  value: number | null,
  undefinedBecause: string,
): MetricValue {
  return value === null ? { name, value, undefinedBecause } : { name, value };
}
