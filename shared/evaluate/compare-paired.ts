import normalCdf from "@stdlib/stats-base-dists-normal-cdf";
import normalQuantile from "@stdlib/stats-base-dists-normal-quantile";
import type { EvaluationMetric } from "../contracts/evaluation-metric.ts";
import type { Improvement, PairedTest } from "../contracts/self-healing/evaluation-report.ts";
import { bootstrapRows } from "../quality/bootstrap.ts";
import { type LabelledRows, pickRows } from "../quality/labelled-rows.ts";
import { CONFIDENCE, type Interval } from "../stats/interval.ts";
import { accuracyDifferenceInterval } from "./accuracy-difference.ts";
import { type Discordance, mcnemar } from "./mcnemar.ts";
import { metricOfWeights, type WeightedMetric } from "./metric-of-weights.ts";
import { pairedAreas } from "./paired-areas.ts";

/** Two models on the same rows; null where the metric is undefined. */
export interface PairedComparison {
  readonly champion: number | null;
  readonly challenger: number | null;
  readonly improvement: Improvement | null;
  readonly test: PairedTest | null;
}

/** Answers of two models to the same rows, with the same labels. */
export interface PairedRows {
  readonly champion: LabelledRows;
  readonly challenger: LabelledRows;
}

/** Whether a greater value is a better one. */
const RISES: Readonly<Record<EvaluationMetric, boolean>> = {
  auc: true,
  accuracy: true,
  f1: true,
  logLoss: false,
  rmse: false,
  mae: false,
};

/**
 * By how much the challenger is better, with an interval that knows that both saw the same rows: DeLong's
 * for the area, Bonett and Price's for accuracy, a seeded bootstrap of rows for the rest.
 *
 * The same rows in the same order give the same numbers to the last digit.
 *
 * @param confidence such as 0.95
 */
export function comparePaired(
  rows: PairedRows,
  metric: EvaluationMetric,
  confidence: number = CONFIDENCE,
): PairedComparison {
  if (rows.champion.labels.length === 0) return UNDEFINED;
  if (metric === "auc") return compareAreas(rows, confidence);
  return metric === "accuracy"
    ? compareAccuracies(rows, confidence)
    : compareByBootstrap(rows, metric, confidence);
}

const UNDEFINED: PairedComparison = {
  champion: null,
  challenger: null,
  improvement: null,
  test: null,
};

function compareAreas({ champion, challenger }: PairedRows, confidence: number): PairedComparison {
  const scores = probabilitiesOf(champion);
  const areas = pairedAreas(scores, probabilitiesOf(challenger), champion.labels as Uint8Array);
  if (areas === null) return UNDEFINED;
  const value = areas.challenger - areas.champion;
  const both = { champion: areas.champion, challenger: areas.challenger };
  if (areas.variance === null) return { ...both, improvement: null, test: null };
  const deviation = Math.sqrt(areas.variance);
  const half = normalQuantile((1 + confidence) / 2, 0, 1) * deviation;
  const interval = { lower: Math.max(-1, value - half), upper: Math.min(1, value + half) };
  // Without any spread the one explanation left for a difference is that there is one.
  const z = value === 0 ? 0 : Math.abs(value) / deviation;
  return {
    ...both,
    improvement: { value, interval: { ...interval, confidence, method: "delong-paired" } },
    test: { name: "delong", pValue: 2 * normalCdf(-z, 0, 1) },
  };
}

function probabilitiesOf(rows: LabelledRows): Float64Array {
  const { probabilities } = rows.problem === "binary-classification" ? rows : {};
  if (probabilities == null) throw new RangeError("auc: must have probabilities of two classes");
  return probabilities;
}

function compareAccuracies(rows: PairedRows, confidence: number): PairedComparison {
  const { championOnlyCount, challengerOnlyCount, bothCount } = discordanceOf(rows);
  const rowCount = rows.champion.labels.length;
  const discordance = { championOnlyCount, challengerOnlyCount };
  const interval = accuracyDifferenceInterval(discordance, rowCount, confidence);
  return {
    champion: (bothCount + championOnlyCount) / rowCount,
    challenger: (bothCount + challengerOnlyCount) / rowCount,
    improvement: {
      value: (challengerOnlyCount - championOnlyCount) / rowCount,
      interval: { ...interval, confidence, method: "bonett-price" },
    },
    test: { name: "mcnemar", ...mcnemar(discordance), ...discordance },
  };
}

function discordanceOf(rows: PairedRows): Discordance & { readonly bothCount: number } {
  const [champion, challenger] = [hitsOf(rows.champion), hitsOf(rows.challenger)];
  const counts = { championOnlyCount: 0, challengerOnlyCount: 0, bothCount: 0 };
  for (const [row, isHit] of champion.entries()) {
    if (isHit && challenger[row]) counts.bothCount += 1;
    else if (isHit) counts.championOnlyCount += 1;
    else if (challenger[row]) counts.challengerOnlyCount += 1;
  }
  return counts;
}

function hitsOf(rows: LabelledRows): boolean[] {
  return Array.from(rows.labels, (label, row) => label === rows.predictions[row]);
}

function compareByBootstrap(
  { champion, challenger }: PairedRows,
  metric: WeightedMetric,
  confidence: number,
): PairedComparison {
  const sign = RISES[metric] ? 1 : -1;
  const rowCount = champion.labels.length;
  const valueWith = (rows: LabelledRows) =>
    metricOfWeights(metric, rows)(new Float64Array(rowCount).fill(1));
  const values = { champion: valueWith(champion), challenger: valueWith(challenger) };
  if (values.champion === null || values.challenger === null) {
    return { ...values, improvement: null, test: null };
  }
  const value = sign * (values.challenger - values.champion);
  const [interval = null] = bootstrapRows(rowCount, (part) => {
    const [ofChampion, ofChallenger] = [champion, challenger].map((rows) =>
      metricOfWeights(metric, pickRows(rows, part)),
    );
    return (weights) => {
      const [first, second] = [ofChampion!(weights), ofChallenger!(weights)];
      return [first === null || second === null ? null : sign * (second - first)];
    };
  });
  if (interval === null) return { ...values, improvement: null, test: null };
  return {
    ...values,
    improvement: { value, interval: widened(interval, value, confidence) },
    test: null,
  };
}

/** The bootstrap's 95 % interval for another confidence: resamples say too little of farther tails. */
function widened(
  { lower, upper, method }: Interval,
  value: number,
  confidence: number,
): Improvement["interval"] {
  const quantile = (level: number) => normalQuantile((1 + level) / 2, 0, 1);
  const factor = confidence === CONFIDENCE ? 1 : quantile(confidence) / quantile(CONFIDENCE);
  return {
    lower: value - (value - lower) * factor,
    upper: value + (upper - value) * factor,
    confidence,
    method: method === "bootstrap-bca" ? method : "bootstrap-percentile",
  };
}
