import { normal, randomSource } from "../random.ts";
import type { ChurnData, ChurnRow } from "./churn-rows.ts";

/**
 * Columns that are drawn anew around a real customer's value, with the decimals they are written
 * with. All others, one-hot states, plans and the small counts among them, are kept as they are, so
 * that what belongs together stays together.
 */
const SMOOTHED: Readonly<Record<string, 0 | 1>> = {
  "Account Length": 0,
  "VMail Message": 0,
  "Day Mins": 1,
  "Day Calls": 0,
  "Eve Mins": 1,
  "Eve Calls": 0,
  "Night Mins": 1,
  "Night Calls": 0,
  "Intl Mins": 1,
};

/** Standard deviation of the jitter, in those of the column among customers of the same label. */
const BANDWIDTH = 0.2;

interface Column {
  readonly index: number;
  readonly decimals: 0 | 1;
  /** Over the non-zero values of each label. */
  readonly byLabel: readonly { readonly mean: number; readonly deviation: number }[];
  readonly maximum: number;
}

/**
 * Makes as many labelled customers as one asks for, the same for the same seed: a smoothed bootstrap
 * of the real ones. Each is a real customer whose minutes, calls and account length are moved
 * towards the mean of their label and jittered, by just as much as leaves the variance what it was
 * (Silverman 1986, section 6.4.1). A zero means "none" and stays zero.
 */
export function churnGenerator(data: ChurnData, seed: number): () => ChurnRow {
  const columns = Object.entries(SMOOTHED).map(([name, decimals]) =>
    columnOf(data, name, decimals),
  );
  const random = randomSource(seed);
  return () => {
    const { label, values } = data.rows[Math.floor(random() * data.rows.length)]!;
    const drawn = [...values];
    for (const { index, decimals, byLabel, maximum } of columns) {
      const value = Number(values[index]);
      if (value === 0) continue;
      const { mean, deviation } = byLabel[label]!;
      const jittered = value - mean + BANDWIDTH * deviation * normal(random);
      const smoothed = mean + jittered / Math.sqrt(1 + BANDWIDTH ** 2);
      const smallest = 10 ** -decimals;
      drawn[index] = Math.min(maximum, Math.max(smallest, smoothed)).toFixed(decimals);
    }
    return { label, values: drawn };
  };
}

function columnOf({ features, rows }: ChurnData, name: string, decimals: 0 | 1): Column {
  const index = features.indexOf(name);
  if (index === -1) throw new RangeError(`generator: the data has no column "${name}"`);
  const byLabel = [0, 1].map((label) => {
    const values = rows
      .filter((row) => row.label === label)
      .map((row) => Number(row.values[index]))
      .filter((value) => value !== 0);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    return { mean, deviation: Math.sqrt(squares / values.length) };
  });
  const maximum = Math.max(...rows.map((row) => Number(row.values[index])));
  return { index, decimals, byLabel, maximum };
}
