import type { Interval } from "../stats/interval.ts";
import { wilsonInterval } from "../stats/wilson.ts";
import { areaUnderRoc } from "./area-under-roc.ts";
import { BETAS } from "./binary-metrics.ts";
import { binaryRates } from "./binary-rates.ts";
import { bootstrapCounts, bootstrapRows } from "./bootstrap.ts";
import { type BinaryCounts, countBinary } from "./confusion-matrix.ts";
import { fScore } from "./f-score.ts";
import { type BinaryRows, pickRows } from "./labelled-rows.ts";
import { PROBABILITY_METRICS, probabilityMetrics } from "./probability-metrics.ts";

export type NamedIntervals = ReadonlyMap<string, Interval | null>;

/** 95 % intervals by metric: Wilson's for rates, DeLong's for the area, bootstrap for the rest. */
export function binaryIntervals(rows: BinaryRows): NamedIntervals {
  const counts = countBinary(rows);
  const intervals = new Map<string, Interval | null>();
  for (const [name, { count, of }] of Object.entries(binaryRates(counts))) {
    intervals.set(name, of === 0 ? null : wilsonInterval(count, of));
  }
  if (rows.labels.length === 0) return intervals;
  for (const [name, interval] of fIntervals(counts)) intervals.set(name, interval);
  const { probabilities, labels } = rows;
  if (probabilities === null) return intervals;
  intervals.set("auc", areaUnderRoc(probabilities, labels)?.interval ?? null);
  const bootstrapped = bootstrapRows(labels.length, (part) => {
    const { probabilities: scores, labels: truths } = pickRows(rows, part);
    return probabilityMetrics(scores!, truths);
  });
  for (const [index, name] of PROBABILITY_METRICS.entries()) {
    intervals.set(name, bootstrapped[index] ?? null);
  }
  return intervals;
}

function fIntervals(counts: BinaryCounts): [string, Interval | null][] {
  const { truePositives, falsePositives, trueNegatives, falseNegatives } = counts;
  const kinds = Float64Array.of(truePositives, falsePositives, falseNegatives, trueNegatives);
  const intervals = bootstrapCounts(kinds, ([tp = 0, fp = 0, fn = 0]) => {
    const drawn = { truePositives: tp, falsePositives: fp, falseNegatives: fn };
    return Object.values(BETAS).map((beta) => fScore(drawn, beta));
  });
  return Object.keys(BETAS).map((name, index) => [name, intervals[index] ?? null]);
}
