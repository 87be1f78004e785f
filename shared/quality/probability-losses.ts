/** The least a probability can differ from 0 or 1: numpy's epsilon of a double, as scikit-learn. */
const EPSILON = Number.EPSILON;

/**
 * Log loss of one row: −ln of the probability that the model gave to what happened.
 *
 * Clipped away from 0 and 1, so that one certain and wrong row is worth 36 and not infinity.
 *
 * @param probability of the positive class, in [0, 1]
 * Golden: sklearn.metrics.log_loss.
 */
export function logLossOfRow(label: number, probability: number): number {
  const clipped = Math.min(1 - EPSILON, Math.max(EPSILON, probability));
  return label === 1 ? -Math.log(clipped) : -Math.log1p(-clipped);
}

/**
 * Brier score of one row: the squared gap between probability and label.
 *
 * Golden: sklearn.metrics.brier_score_loss.
 */
export function brierScoreOfRow(label: number, probability: number): number {
  return (probability - label) ** 2;
}
