/** Namespace of every metric that Plumbline puts. */
export const NAMESPACE = "Plumbline";

/** One number at the time of evaluation; every distinct set of dimensions is billed as one metric. */
export interface Metric {
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly unit: "Count" | "None" | "Seconds";
  readonly value: number | StatisticSet;
}

/** What CloudWatch needs to show minimum, maximum, sum and average of many values at once. */
export interface StatisticSet {
  readonly sampleCount: number;
  readonly sum: number;
  readonly minimum: number;
  readonly maximum: number;
}

/** CloudWatch refuses NaN, infinities and anything beyond ±2^360. */
export function isPuttable({ value }: Metric): boolean {
  const numbers = typeof value === "number" ? [value] : Object.values(value);
  return numbers.every((number) => Math.abs(number) <= 2 ** 360);
}
