import type { Problem } from "./quality-files.ts";

export const EVALUATION_METRICS = ["auc", "accuracy", "f1", "logLoss", "rmse", "mae"] as const;

export type EvaluationMetric = (typeof EVALUATION_METRICS)[number];

/** What champion and challenger are compared by, for each problem; the first one unless told. */
export const METRICS_OF: Readonly<Record<Problem, readonly EvaluationMetric[]>> = {
  "binary-classification": ["auc", "accuracy", "f1", "logLoss"],
  "multiclass-classification": ["accuracy", "f1"],
  regression: ["rmse", "mae"],
};

export function evaluationMetric(definition: {
  readonly problem: Problem;
  readonly evaluation: { readonly metric?: EvaluationMetric | undefined };
}): EvaluationMetric {
  return definition.evaluation.metric ?? METRICS_OF[definition.problem][0]!;
}
