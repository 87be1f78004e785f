import type { RowMetrics } from "./bootstrap.ts";
import {
  CALIBRATION_BIN_COUNT,
  calibrationBin,
  expectedCalibrationError,
} from "./calibration-error.ts";
import type { ClassProbabilities } from "./labelled-rows.ts";
import { logLossOfRow } from "./probability-losses.ts";

/** In the order of the values that {@link classProbabilityMetrics} gives. */
export const CLASS_PROBABILITY_METRICS = [
  "log_loss",
  "brier_score",
  "expected_calibration_error",
  "classwise_calibration_error",
] as const;

/**
 * The metrics that need the probability of each class.
 *
 * - Log loss: −ln of the probability of the class that the label names.
 * - Brier score: squared gaps between the probabilities and the label's class, summed over the classes:
 *   from 0 to 2, unlike that of two classes.
 * - Expected calibration error: how far the probability of the most probable class lies from how often
 *   it is right, over ten bins; of two as probable the first counts.
 * - Class-wise: the mean over the classes of each one's own calibration error.
 *
 * A label that is none of the classes had probability 0. Cost: O(rows · classes).
 *
 * Source: Guo et al. 2017, arXiv:1706.04599; class-wise: Kull et al. 2019, arXiv:1910.12656.
 * Golden: sklearn.metrics.{log_loss,brier_score_loss}, sklearn.calibration.calibration_curve.
 */
export function classProbabilityMetrics({
  classCount,
  values,
  truths,
}: ClassProbabilities): RowMetrics {
  const rowCount = truths.length;
  const logLosses = new Float64Array(rowCount);
  const brierScores = new Float64Array(rowCount);
  const tops = new Uint8Array(rowCount);
  const topExcess = new Float64Array(rowCount);
  const bins = Uint8Array.from(values, calibrationBin);
  for (let row = 0; row < rowCount; row += 1) {
    const own = values.subarray(row * classCount, (row + 1) * classCount);
    const truth = truths[row]!;
    logLosses[row] = logLossOfRow(1, own[truth] ?? 0);
    brierScores[row] = brierScoreOf(own, truth);
    const top = topClass(own);
    tops[row] = bins[row * classCount + top]!;
    topExcess[row] = Number(top === truth) - own[top]!;
  }
  return (weights) => {
    let [total, logLoss, brierScore] = [0, 0, 0];
    const excess = new Float64Array(CALIBRATION_BIN_COUNT);
    const classExcess = new Float64Array(classCount * CALIBRATION_BIN_COUNT);
    for (let row = 0; row < rowCount; row += 1) {
      const weight = weights[row]!;
      if (weight === 0) continue;
      total += weight;
      logLoss += weight * logLosses[row]!;
      brierScore += weight * brierScores[row]!;
      excess[tops[row]!]! += weight * topExcess[row]!;
      for (let index = 0; index < classCount; index += 1) {
        const at = row * classCount + index;
        const hit = Number(truths[row] === index);
        classExcess[index * CALIBRATION_BIN_COUNT + bins[at]!]! += weight * (hit - values[at]!);
      }
    }
    if (total === 0) return [null, null, null, null];
    return [
      logLoss / total,
      brierScore / total,
      expectedCalibrationError(excess, total),
      expectedCalibrationError(classExcess, total) / classCount,
    ];
  };
}

function brierScoreOf(probabilities: Float64Array, truth: number): number {
  let sum = truth < 0 ? 1 : 0;
  for (const [index, probability] of probabilities.entries()) {
    sum += (probability - Number(index === truth)) ** 2;
  }
  return sum;
}

/** The first of those with the greatest probability. */
export function topClass(probabilities: Float64Array): number {
  let top = 0;
  for (let index = 1; index < probabilities.length; index += 1) {
    if (probabilities[index]! > probabilities[top]!) top = index;
  }
  return top;
}
