import type { ConfusionMatrix, QualityStatistics } from "../contracts/quality-files.ts";
import { wilsonInterval } from "../stats/wilson.ts";
import type { MetricNature } from "./metric-names.ts";

/** A threshold of a metric, and what is known of the baseline that it may come from. */
export interface BaselineLimit {
  readonly metric: string;
  readonly threshold: number;
  readonly nature: MetricNature;
  /** null when only the constraints are known. */
  readonly statistics: QualityStatistics | null;
  /** Labelled rows of the window, which stand in for the baseline's where those are not known. */
  readonly windowRowCount: number;
}

/** A metric as it stands in `statistics.json`. */
interface KnownMetric {
  readonly value: number;
  readonly confidence_interval?: { readonly lower_bound: number; readonly upper_bound: number };
}

/**
 * How much worse than its threshold a metric's true value may have been at the baseline: the distance
 * to the bound of its 95 % interval on the worse side.
 *
 * A threshold that is the baseline's own value is an estimate, with the interval that the statistics
 * hold, or, where Model Monitor made them, Wilson's from the confusion matrix. Any other threshold is a
 * limit that someone set, which is exact: 0. But of a threshold as good as can be, such as a recall of 1,
 * nobody knows that it is exactly so. It counts as found without a miss in the rarer class of the
 * baseline, or, where that is not known, in as many rows as the window has.
 */
export function baselineSpread(limit: BaselineLimit): number {
  const { metric, threshold, nature, statistics, windowRowCount } = limit;
  const known = statistics?.metrics[metric] as KnownMetric | undefined;
  const isEstimate = known?.value === threshold;
  const spread = isEstimate ? estimateSpread(limit, known, statistics!) : 0;
  const [least, greatest] = nature.range;
  const best = nature.worse === "lower" ? greatest : least;
  if (spread > 0 || threshold !== best || greatest - least !== 1) return spread;
  const trialCount = isEstimate ? rarerClassCount(statistics!) : windowRowCount;
  return trialCount === 0 ? 0 : wilsonInterval(0, trialCount).upper;
}

function estimateSpread(
  { metric, threshold, nature }: BaselineLimit,
  { confidence_interval: interval }: KnownMetric,
  statistics: QualityStatistics,
): number {
  const bounds =
    interval === undefined
      ? rateBounds(metric, statistics)
      : { lower: interval.lower_bound, upper: interval.upper_bound };
  if (bounds === null) return 0;
  return Math.max(
    0,
    nature.worse === "lower" ? threshold - bounds.lower : bounds.upper - threshold,
  );
}

/** Each rate as counts of the confusion matrix: `of` rows it is a share of, by actual and predicted. */
function rateBounds(
  metric: string,
  statistics: QualityStatistics,
): { lower: number; upper: number } | null {
  const matrix = statistics.metrics.confusion_matrix as ConfusionMatrix | undefined;
  if (matrix === undefined) return null;
  const at = (actual: string, predicted: string) => matrix[actual]?.[predicted] ?? 0;
  const [tn, fp, fn, tp] = [at("0", "0"), at("0", "1"), at("1", "0"), at("1", "1")];
  const classes = Object.keys(matrix);
  const hits = classes.reduce((sum, name) => sum + at(name, name), 0);
  const rates: Readonly<Record<string, readonly [count: number, of: number]>> = {
    accuracy: [hits, statistics.itemCount],
    weighted_recall: [hits, statistics.itemCount],
    recall: [tp, tp + fn],
    precision: [tp, tp + fp],
    true_positive_rate: [tp, tp + fn],
    true_negative_rate: [tn, tn + fp],
    false_positive_rate: [fp, tn + fp],
    false_negative_rate: [fn, tp + fn],
  };
  const [count, of] = rates[metric] ?? [0, 0];
  return of === 0 || count > of ? null : wilsonInterval(count, of);
}

/** Without a confusion matrix all rows; a class without any row does not count. */
function rarerClassCount({ metrics, itemCount }: QualityStatistics): number {
  const matrix = metrics.confusion_matrix as ConfusionMatrix | undefined;
  const counts = Object.values(matrix ?? {}).map((row) =>
    Object.values(row).reduce((sum, count) => sum + count, 0),
  );
  return Math.min(itemCount, ...counts.filter((count) => count > 0));
}
