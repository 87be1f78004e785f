import { type LogisticModel, predictProbability } from "../logistic-regression/model.ts";
import { trainLogisticRegression } from "../logistic-regression/train.ts";
import { type ChurnData, numbersOf } from "./churn-rows.ts";

/** The container image that serves what {@link trainChurnModel} makes. */
export const CHURN_IMAGE = "plumbline/logistic-regression:1";

/** Trains on all given rows. */
export function trainChurnModel({ features, rows }: ChurnData): LogisticModel {
  return trainLogisticRegression({
    features,
    rows: rows.map(numbersOf),
    labels: rows.map(({ label }) => label),
  });
}

/**
 * The data set that a baseline is made of, as CSV with a header: the model's own prediction for each
 * row it was trained on, then the features. Never the label: a probability checked against a 0/1
 * label column is a data type violation for ever.
 */
export function baselineCsv(model: LogisticModel, { features, rows }: ChurnData): string {
  const lines = rows.map((row) => {
    const probability = predictProbability(model, numbersOf(row));
    return [probability, ...row.values].join(",");
  });
  return `${["probability", ...features].join(",")}\n${lines.join("\n")}\n`;
}

/** What a quality baseline is made of: the model's prediction for each row beside its label. */
export function predictionsCsv(model: LogisticModel, rows: ChurnData["rows"]): string {
  const lines = rows.map((row) => `${predictProbability(model, numbersOf(row))},${row.label}`);
  return `probability,label\n${lines.join("\n")}\n`;
}
