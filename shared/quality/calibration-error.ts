/** Ten bins of equal width over [0, 1], as NannyML and most tools; the edges are numpy's. */
export const CALIBRATION_BIN_COUNT = 10;

const INNER_EDGES = Array.from(
  { length: CALIBRATION_BIN_COUNT - 1 },
  (_, edge) => (edge + 1) * 0.1,
);

/** The bin of a probability: bins hold their upper edge, the first one also 0, as scikit-learn. */
export function calibrationBin(probability: number): number {
  let bin = 0;
  while (bin < INNER_EDGES.length && INNER_EDGES[bin]! < probability) bin += 1;
  return bin;
}

/**
 * Expected calibration error: how far the mean probability lies from the share of positives, bin by
 * bin, weighted by the rows in the bin.
 *
 * 0 is perfectly calibrated. The value depends on the bins, which are ten of equal width.
 *
 * @param positiveExcess sum over the bin's rows of label − probability, one number a bin
 * @param rowCount rows in all bins, above 0
 *
 * Source: Guo et al. 2017, arXiv:1706.04599.
 * Golden: sklearn.calibration.calibration_curve(strategy="uniform"), weighted by its bins' rows.
 */
export function expectedCalibrationError(positiveExcess: Float64Array, rowCount: number): number {
  let sum = 0;
  for (const excess of positiveExcess) sum += Math.abs(excess);
  return sum / rowCount;
}
