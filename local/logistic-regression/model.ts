import * as z from "zod/mini";

/**
 * A logistic regression as its artefact `model.json` holds it. Features are standardised with the
 * training set's means and population standard deviations before they meet their coefficients.
 */
const logisticModel = z.strictObject({
  format: z.literal("plumbline/logistic-regression"),
  features: z.array(z.string()).check(z.minLength(1)),
  means: z.array(z.number()),
  scales: z.array(z.number()),
  coefficients: z.array(z.number()),
  intercept: z.number(),
  /** How it came about, for whoever asks later. */
  training: z.strictObject({
    rowCount: z.int(),
    positiveCount: z.int(),
    penalty: z.number(),
    iterationCount: z.int(),
    meanLogLoss: z.number(),
  }),
});

export type LogisticModel = z.infer<typeof logisticModel>;

/** Reads `model.json`; throws when it is not one, or when its lists differ in length. */
export function parseModel(text: string): LogisticModel {
  const model = logisticModel.parse(JSON.parse(text));
  const { features, means, scales, coefficients } = model;
  for (const list of [means, scales, coefficients]) {
    if (list.length !== features.length) {
      throw new RangeError(
        `model.json: ${list.length} values: one for each of ${features.length} features is the rule`,
      );
    }
  }
  return model;
}

/**
 * Probability of the positive class for one row. `NaN` stands for a value that is missing or that
 * is no number: it counts as the training mean, so that one bad field does not silence an endpoint.
 */
export function predictProbability(model: LogisticModel, row: ArrayLike<number>): number {
  const { means, scales, coefficients, intercept } = model;
  let score = intercept;
  for (let feature = 0; feature < coefficients.length; feature++) {
    const value = row[feature]!;
    if (Number.isNaN(value)) continue;
    score += (coefficients[feature]! * (value - means[feature]!)) / scales[feature]!;
  }
  return logistic(score);
}

/** 1 / (1 + e^-x) without overflow on either side. */
export function logistic(x: number): number {
  if (x >= 0) return 1 / (1 + Math.exp(-x));
  const e = Math.exp(x);
  return e / (1 + e);
}
