import { ascendingOrder } from "../stats/ascending-order.ts";
import { averagePrecision } from "./average-precision.ts";
import type { RowMetrics } from "./bootstrap.ts";
import {
  CALIBRATION_BIN_COUNT,
  calibrationBin,
  expectedCalibrationError,
} from "./calibration-error.ts";
import { brierScoreOfRow, logLossOfRow } from "./probability-losses.ts";

/** In the order of the values that {@link probabilityMetrics} gives. */
export const PROBABILITY_METRICS = [
  "log_loss",
  "brier_score",
  "expected_calibration_error",
  "au_prc",
] as const;

/**
 * The metrics that need probabilities and are means over rows, or nearly so.
 *
 * What does not depend on the weights is worked out once, so that a resample costs one pass.
 *
 * @param probabilities of the positive class, in [0, 1]
 * @param labels 0 or 1, as many
 * @throws RangeError when a probability is outside [0, 1] or the lengths differ
 */
export function probabilityMetrics(probabilities: Float64Array, labels: Uint8Array): RowMetrics {
  if (probabilities.length !== labels.length) {
    throw new RangeError(`probabilities: ${probabilities.length}: must be as many as labels`);
  }
  const bad = probabilities.findIndex((value) => !(value >= 0 && value <= 1));
  if (bad !== -1) {
    throw new RangeError(`row ${bad}: probability ${probabilities[bad]}: must be in [0, 1]`);
  }
  const logLosses = probabilities.map((value, row) => logLossOfRow(labels[row]!, value));
  const brierScores = probabilities.map((value, row) => brierScoreOfRow(labels[row]!, value));
  const bins = Uint8Array.from(probabilities, calibrationBin);
  const descending = ascendingOrder(probabilities).reverse();
  return (weights) => {
    let [total, logLoss, brierScore] = [0, 0, 0];
    const excess = new Float64Array(CALIBRATION_BIN_COUNT);
    for (let row = 0; row < labels.length; row += 1) {
      const weight = weights[row]!;
      total += weight;
      logLoss += weight * logLosses[row]!;
      brierScore += weight * brierScores[row]!;
      excess[bins[row]!]! += weight * (labels[row]! - probabilities[row]!);
    }
    if (total === 0) return [null, null, null, null];
    return [
      logLoss / total,
      brierScore / total,
      expectedCalibrationError(excess, total),
      averagePrecision(descending, probabilities, labels, weights),
    ];
  };
}
