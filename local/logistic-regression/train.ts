import { solvePositiveDefinite } from "./cholesky.ts";
import { type LogisticModel, logistic } from "./model.ts";

export interface TrainingSet {
  readonly features: readonly string[];
  /** One array of numbers a row, in the order of `features`, all finite. */
  readonly rows: readonly Float64Array[];
  /** 0 or 1, one a row. */
  readonly labels: readonly number[];
}

const PENALTY = 1;
const ITERATION_COUNT_MAX = 50;
const GRADIENT_TOLERANCE = 1e-10;

/**
 * Logistic regression with an L2 penalty, by Newton's method.
 *
 * Minimises the sum of the log losses plus `penalty / 2` times the squared norm of the coefficients
 * of the standardised features; the intercept is not penalised. Deterministic: no random start, no
 * shuffling. A feature that never varies keeps coefficient 0.
 *
 * Golden: scikit-learn's StandardScaler, then LogisticRegression(C=1 / penalty).
 */
export function trainLogisticRegression(set: TrainingSet, penalty = PENALTY): LogisticModel {
  requireTrainable(set);
  const { means, scales } = measure(set);
  const design = standardise(set, means, scales);
  const { weights, iterationCount } = minimise(design, set.labels, penalty);
  return {
    format: "plumbline/logistic-regression",
    features: [...set.features],
    means: [...means],
    scales: [...scales],
    coefficients: [...weights.subarray(1)],
    intercept: weights[0]!,
    training: {
      rowCount: set.rows.length,
      positiveCount: set.labels.filter((label) => label === 1).length,
      penalty,
      iterationCount,
      meanLogLoss: meanLogLoss(design, set.labels, weights),
    },
  };
}

function requireTrainable({ features, rows, labels }: TrainingSet): void {
  if (rows.length === 0 || rows.length !== labels.length) {
    throw new RangeError(`training: ${rows.length} rows, ${labels.length} labels: one each`);
  }
  if (!labels.includes(0) || !labels.includes(1) || labels.some((y) => y !== 0 && y !== 1)) {
    throw new RangeError("training: labels must be 0 and 1, and both must occur");
  }
  for (const [index, row] of rows.entries()) {
    if (row.length !== features.length || !row.every(Number.isFinite)) {
      throw new RangeError(
        `training: row ${index} is not ${features.length} finite numbers, one a feature`,
      );
    }
  }
}

/** Means and population standard deviations; 1 in place of a deviation of 0, as scikit-learn. */
function measure({ features, rows }: TrainingSet) {
  const means = new Float64Array(features.length);
  const scales = new Float64Array(features.length);
  for (const row of rows) for (const [j, value] of row.entries()) means[j]! += value / rows.length;
  for (const row of rows) {
    for (const [j, value] of row.entries()) scales[j]! += (value - means[j]!) ** 2;
  }
  scales.forEach((sum, j) => {
    scales[j] = Math.sqrt(sum / rows.length) || 1;
  });
  return { means, scales };
}

/** Standardised rows with a leading 1 for the intercept. */
function standardise(set: TrainingSet, means: Float64Array, scales: Float64Array): Float64Array[] {
  return set.rows.map((row) => {
    const standard = new Float64Array(row.length + 1);
    standard[0] = 1;
    row.forEach((value, j) => {
      standard[j + 1] = (value - means[j]!) / scales[j]!;
    });
    return standard;
  });
}

function minimise(design: readonly Float64Array[], labels: readonly number[], penalty: number) {
  const weights = new Float64Array(design[0]!.length);
  for (let iterationCount = 1; iterationCount <= ITERATION_COUNT_MAX; iterationCount++) {
    const { gradient, hessian } = derivatives(design, labels, weights, penalty);
    const step = solvePositiveDefinite(hessian, gradient);
    for (const [j, value] of step.entries()) weights[j]! -= value;
    const steepest = gradient.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
    if (steepest < GRADIENT_TOLERANCE * design.length) return { weights, iterationCount };
  }
  throw new RangeError(`training: no minimum after ${ITERATION_COUNT_MAX} iterations`);
}

function derivatives(
  design: readonly Float64Array[],
  labels: readonly number[],
  weights: Float64Array,
  penalty: number,
) {
  const n = weights.length;
  const gradient = weights.map((weight, j) => (j === 0 ? 0 : penalty * weight));
  const hessian = new Float64Array(n * n);
  for (let j = 1; j < n; j++) hessian[j * n + j] = penalty;
  for (const [index, row] of design.entries()) {
    const p = logistic(dot(row, weights));
    const curvature = p * (1 - p);
    for (let j = 0; j < n; j++) {
      gradient[j]! += (p - labels[index]!) * row[j]!;
      const scaled = curvature * row[j]!;
      for (let k = 0; k <= j; k++) hessian[j * n + k]! += scaled * row[k]!;
    }
  }
  return { gradient, hessian };
}

function meanLogLoss(
  design: readonly Float64Array[],
  labels: readonly number[],
  weights: Float64Array,
): number {
  let sum = 0;
  for (const [index, row] of design.entries()) {
    const score = dot(row, weights);
    // log(1 + e^±x) by log1p of the smaller exponential: exact where p is next to 0 or 1.
    const signed = labels[index] === 1 ? -score : score;
    sum += Math.max(signed, 0) + Math.log1p(Math.exp(-Math.abs(signed)));
  }
  return sum / design.length;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < a.length; j++) sum += a[j]! * b[j]!;
  return sum;
}
