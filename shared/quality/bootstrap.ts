import { drawBinomial } from "../stats/binomial.ts";
import {
  bcaInterval,
  type JackknifeValue,
  percentileInterval,
} from "../stats/bootstrap-interval.ts";
import type { Interval } from "../stats/interval.ts";
import { type RandomStream, randomIndex, randomStream } from "../stats/random-stream.ts";

/** Enough for an interval's ends to move by about 2 % of its width with another seed. */
export const RESAMPLE_COUNT = 2000;

/** Every resample of every check begins from it, so that the same rows give the same bytes. */
const SEED = 1;

/** Above so many rows leaving each one out costs more than the correction is worth. */
const JACKKNIFE_LIMIT = 2000;

/** Above so many rows a seeded part of them is resampled, and its spread scaled to all. */
const ROW_LIMIT = 20_000;

/** The greatest share of resamples on which a metric may be undefined and still have an interval. */
const UNDEFINED_LIMIT = 0.05;

/** Metrics of counts, in a fixed order; null where one is undefined. */
export type CountMetrics = (counts: Float64Array) => readonly (number | null)[];

/**
 * 95 % intervals of metrics that depend on the rows only by how many there are of each kind.
 *
 * Rows are drawn with replacement, which for counts is one multinomial draw a resample: the cost does
 * not grow with the rows. BCa; null where the metric is undefined or is so too often.
 *
 * @param counts rows of each kind, whole, sum above 0
 */
export function bootstrapCounts(counts: Float64Array, metrics: CountMetrics): (Interval | null)[] {
  const next = randomStream(SEED);
  const resamples = Array.from({ length: RESAMPLE_COUNT }, () =>
    metrics(multinomial(next, counts)),
  );
  const without = [...counts.entries()]
    .filter(([, count]) => count > 0)
    .map(([kind, count]) => {
      const left = counts.with(kind, count - 1);
      return { count, values: metrics(left) };
    });
  return metrics(counts).map((estimate, metric) => {
    const resampled = definedValues(resamples, metric);
    if (estimate === null || resampled === null) return null;
    const jackknifed = without.map(({ count, values }) => ({
      count,
      value: values[metric] ?? null,
    }));
    return jackknifed.every(isDefined)
      ? bcaInterval(estimate, resampled, jackknifed)
      : percentileInterval(resampled);
  });
}

function multinomial(next: RandomStream, counts: Float64Array): Float64Array {
  const drawn = new Float64Array(counts.length);
  let left = counts.reduce((sum, count) => sum + count, 0);
  let mass = left;
  for (const [kind, count] of counts.entries()) {
    if (left === 0) break;
    drawn[kind] = count === mass ? left : drawBinomial(next, left, count / mass);
    left -= drawn[kind];
    mass -= count;
  }
  return drawn;
}

/** Metrics of weighted rows, in a fixed order: a row of weight 2 counts as two rows. */
export type RowMetrics = (weights: Float64Array) => readonly (number | null)[];

/**
 * 95 % intervals of metrics of whole rows: BCa up to 2,000 rows, percentiles above.
 *
 * @param rowCount at least 1
 * @param metricsOf gives the metrics of a part of the rows, by their indexes; weights are of that part
 */
export function bootstrapRows(
  rowCount: number,
  metricsOf: (rows: Uint32Array) => RowMetrics,
): (Interval | null)[] {
  const next = randomStream(SEED);
  const all = Uint32Array.from({ length: rowCount }, (_, row) => row);
  const part = rowCount > ROW_LIMIT ? drawWithout(next, all, ROW_LIMIT) : all;
  const metrics = metricsOf(part);
  const weights = new Float64Array(part.length);
  const resamples = Array.from({ length: RESAMPLE_COUNT }, () => {
    weights.fill(0);
    for (let row = 0; row < part.length; row += 1) weights[randomIndex(next, part.length)]! += 1;
    return metrics(weights);
  });
  const without = part.length > JACKKNIFE_LIMIT ? null : leaveOneOut(part.length, metrics);
  const estimates = metrics(weights.fill(1)).slice();
  const intervals = estimates.map((estimate, metric) => {
    const resampled = definedValues(resamples, metric);
    if (estimate === null || resampled === null) return null;
    const jackknifed = without?.map((values) => ({ count: 1, value: values[metric] ?? null }));
    return jackknifed?.every(isDefined)
      ? bcaInterval(estimate, resampled, jackknifed)
      : percentileInterval(resampled);
  });
  if (part === all) return intervals;
  return scaled(
    intervals,
    estimates,
    metricsOf(all)(new Float64Array(rowCount).fill(1)),
    Math.sqrt(part.length / rowCount),
  );
}

/** Moves the part's intervals to the estimates on all rows and narrows them. */
function scaled(
  intervals: readonly (Interval | null)[],
  partEstimates: readonly (number | null)[],
  estimates: readonly (number | null)[],
  factor: number,
): (Interval | null)[] {
  return intervals.map((interval, metric) => {
    const estimate = estimates[metric] ?? null;
    const partEstimate = partEstimates[metric] ?? null;
    if (interval === null || estimate === null || partEstimate === null) return null;
    const move = (bound: number): number => estimate + (bound - partEstimate) * factor;
    return { ...interval, lower: move(interval.lower), upper: move(interval.upper) };
  });
}

function leaveOneOut(rowCount: number, metrics: RowMetrics): (readonly (number | null)[])[] {
  const weights = new Float64Array(rowCount).fill(1);
  return Array.from(weights, (_, row) => {
    weights[row] = 0;
    const values = metrics(weights);
    weights[row] = 1;
    return values;
  });
}

/** A seeded part of the rows, each at most once; the rows keep their order. */
export function drawWithout(next: RandomStream, rows: Uint32Array, count: number): Uint32Array {
  const shuffled = rows.slice();
  for (let place = 0; place < count; place += 1) {
    const other = place + randomIndex(next, shuffled.length - place);
    [shuffled[place], shuffled[other]] = [shuffled[other]!, shuffled[place]!];
  }
  return shuffled.slice(0, count).sort();
}

function definedValues(
  resamples: readonly (readonly (number | null)[])[],
  metric: number,
): Float64Array | null {
  const values = resamples.map((resample) => resample[metric] ?? null).filter(isNumber);
  const undefinedShare = 1 - values.length / resamples.length;
  return undefinedShare > UNDEFINED_LIMIT ? null : Float64Array.from(values);
}

const isNumber = (value: number | null): value is number => value !== null;

const isDefined = (left: { value: number | null; count: number }): left is JackknifeValue =>
  left.value !== null;
