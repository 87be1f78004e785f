import type { Dialect } from "../contracts/quality-files.ts";
import { areaUnderRoc } from "./area-under-roc.ts";
import { constantBinary } from "./best-constant.ts";
import { binaryRates, rateValue } from "./binary-rates.ts";
import { type BinaryCounts, countBinary } from "./confusion-matrix.ts";
import { fScore, fScoreOfRates } from "./f-score.ts";
import type { BinaryRows } from "./labelled-rows.ts";
import { type MetricValue, metricValue } from "./measured-metric.ts";
import { PROBABILITY_METRICS, probabilityMetrics } from "./probability-metrics.ts";
import { sparkCurves } from "./spark-curves.ts";

export const BETAS = { f0_5: 0.5, f1: 1, f2: 2 } as const;

const NO_POSITIVE = "no row is labelled positive";
const NO_NEGATIVE = "no row is labelled negative";

const UNDEFINED = {
  recall: NO_POSITIVE,
  precision: "no row was predicted positive",
  accuracy: "there is no row",
  true_positive_rate: NO_POSITIVE,
  true_negative_rate: NO_NEGATIVE,
  false_positive_rate: NO_NEGATIVE,
  false_negative_rate: NO_POSITIVE,
} as const;

/**
 * Every metric of a binary classifier: Model Monitor's in its order, then ours.
 *
 * Those of probabilities are there only when the rows have some. In the dialect `sagemaker` the best
 * constant classifier always says positive, and the area under the ROC curve is that of Spark's points.
 */
export function binaryValues(rows: BinaryRows, dialect: Dialect): MetricValue[] {
  const counts = countBinary(rows);
  const [recall, precision, accuracy, ...others] = rateValues(counts);
  const constant = constantBinary(counts, 1);
  const values = [recall!, precision!, accuracy!, ...constantRates(counts, dialect), ...others];
  if (rows.probabilities !== null) {
    values.push(aucValue(rows.probabilities, rows.labels, dialect));
  }
  const f = dialect === "sagemaker" ? fScoreOfRates : fScore;
  values.push(...fValues(counts, f, ""), ...fValues(constant, f, CONSTANT));
  if (rows.probabilities !== null) {
    values.push(...probabilityValues(rows.probabilities, rows.labels));
  }
  return values;
}

const CONSTANT = "_best_constant_classifier";

function rateValues(counts: BinaryCounts): MetricValue[] {
  const rates = binaryRates(counts);
  return Object.entries(UNDEFINED).map(([name, undefinedBecause]) => {
    return metricValue(name, rateAsWritten(rates, name as keyof typeof rates), undefinedBecause);
  });
}

/** Model Monitor takes two rates as what is missing to 1; their last digit shows it. */
function rateAsWritten(rates: ReturnType<typeof binaryRates>, name: keyof typeof rates) {
  const complement = {
    true_negative_rate: rates.false_positive_rate,
    false_negative_rate: rates.true_positive_rate,
  }[name as string];
  if (complement === undefined) return rateValue(rates[name]);
  const value = rateValue(complement);
  return value === null ? null : 1 - value;
}

/** The more frequent class is the better constant for accuracy alone; for the others positive is. */
function constantRates(counts: BinaryCounts, dialect: Dialect): MetricValue[] {
  const positive = binaryRates(constantBinary(counts, 1));
  const negative = binaryRates(constantBinary(counts, 0));
  const negativeIsBetter =
    dialect === "calibrated" && negative.accuracy.count > positive.accuracy.count;
  const rates = {
    recall: positive.recall,
    precision: positive.precision,
    accuracy: (negativeIsBetter ? negative : positive).accuracy,
  };
  return Object.entries(rates).map(([name, rate]) => {
    return metricValue(name + CONSTANT, rateValue(rate), UNDEFINED[name as keyof typeof rates]);
  });
}

function fValues(counts: BinaryCounts, f: typeof fScore, suffix: string): MetricValue[] {
  return Object.entries(BETAS).map(([name, beta]) => {
    const value = f(counts, beta);
    return metricValue(name + suffix, value, "no row is positive, by label or by prediction");
  });
}

function aucValue(scores: Float64Array, labels: Uint8Array, dialect: Dialect): MetricValue {
  if (labels.length === 0) return metricValue("auc", null, "there is no row");
  const value =
    dialect === "sagemaker"
      ? sparkCurves(scores, labels).areaUnderRoc
      : (areaUnderRoc(scores, labels)?.value ?? null);
  return metricValue(
    "auc",
    value,
    `all rows are labelled ${labels[0]}: the area needs both classes`,
  );
}

function probabilityValues(probabilities: Float64Array, labels: Uint8Array): MetricValue[] {
  const weights = new Float64Array(labels.length).fill(1);
  const values = probabilityMetrics(probabilities, labels)(weights);
  return PROBABILITY_METRICS.map((name, index) => {
    const undefinedBecause = labels.length === 0 ? "there is no row" : NO_POSITIVE;
    return metricValue(name, values[index] ?? null, undefinedBecause);
  });
}
