import type { PredictedRow, PredictionColumns } from "../quality/prediction-columns.ts";

/** Why one row of a model's output says nothing, and what it says instead. */
export interface RowProblem {
  readonly value: string;
  readonly rule: string;
}

/**
 * What is wrong with what a model said of one row; null when all that is asked for is there: finite
 * numbers, probabilities in [0, 1], classes that are 0 or 1.
 */
export function outputProblem(row: PredictedRow, columns: PredictionColumns): RowProblem | null {
  const { problem } = columns;
  if (problem === "regression") return numberProblem(row.label, "the prediction");
  if (problem === "multiclass-classification") {
    if (columns.classes !== null && (row.probabilities ?? null) === null) {
      const count = columns.classes.classes.length;
      return problemOf(null, `must be ${count} probabilities that add up to 1`);
    }
    return row.label === null ? problemOf(null, "the predicted class must be there") : null;
  }
  return (
    (columns.probability === null ? null : probabilityProblem(row.probability)) ??
    (columns.label === null ? null : classProblem(row.label))
  );
}

/** What is wrong with a label; null when it is one of the problem. */
export function labelProblem(
  label: string,
  problem: PredictionColumns["problem"],
): RowProblem | null {
  if (problem === "regression") return numberProblem(label, "the label");
  return problem === "binary-classification" ? classProblem(label) : null;
}

/** A binary label as training reads it; others as they are. */
export function trainingLabel(label: string, problem: PredictionColumns["problem"]): string {
  const text = label.trim();
  if (problem !== "binary-classification") return text;
  return isPositive(text) ? "1" : "0";
}

function numberProblem(text: string | null, what: string): RowProblem | null {
  return finiteOf(text) === null ? problemOf(text, `${what} must be a finite number`) : null;
}

function probabilityProblem(text: string | null): RowProblem | null {
  const value = finiteOf(text);
  const isProbability = value !== null && value >= 0 && value <= 1;
  return isProbability ? null : problemOf(text, "the probability must be in [0, 1]");
}

function classProblem(text: string | null): RowProblem | null {
  const name = (text ?? "").trim().toLowerCase();
  const value = finiteOf(name);
  const isClass = name === "true" || name === "false" || value === 0 || value === 1;
  return isClass ? null : problemOf(text, "the class must be 0 or 1");
}

function isPositive(text: string): boolean {
  return text.toLowerCase() === "true" || Number(text) === 1;
}

function finiteOf(text: string | null): number | null {
  const value = text === null || text.trim() === "" ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : null;
}

function problemOf(value: string | null, rule: string): RowProblem {
  return { value: value === null ? "nothing" : JSON.stringify(value.slice(0, 100)), rule };
}
