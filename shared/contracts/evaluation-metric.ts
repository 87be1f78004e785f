import type { Problem } from "./quality-files.ts";

export const EVALUATION_METRICS = ["auc", "accuracy", "f1", "logLoss", "rmse", "mae"] as const;

export type EvaluationMetric = (typeof EVALUATION_METRICS)[number];

/** What champion and challenger can be compared by; the first one unless told. */
const METRICS_OF: Readonly<Record<Problem, readonly EvaluationMetric[]>> = {
  "binary-classification": ["auc", "accuracy", "f1", "logLoss"],
  "multiclass-classification": ["accuracy", "f1", "logLoss"],
  regression: ["rmse", "mae"],
};

const OF_PROBABILITIES: readonly EvaluationMetric[] = ["auc", "logLoss"];

interface Predicted {
  readonly problem: Problem;
  readonly prediction?:
    | {
        readonly probability?: number | string | undefined;
        readonly probabilities?: unknown;
        readonly label?: number | string | undefined;
      }
    | undefined;
}

/** The metrics that a definition's predictions give; a model without probabilities has fewer. */
export function evaluationMetrics({ problem, prediction = {} }: Predicted): EvaluationMetric[] {
  const { probability, probabilities, label } = prediction;
  const isUnnamed = probability === undefined && label === undefined;
  const hasProbabilities =
    problem === "binary-classification"
      ? probability !== undefined || isUnnamed
      : probabilities !== undefined;
  return METRICS_OF[problem].filter(
    (metric) => hasProbabilities || !OF_PROBABILITIES.includes(metric),
  );
}

export function evaluationMetric(
  definition: Predicted & {
    readonly evaluation: { readonly metric?: EvaluationMetric | undefined };
  },
): EvaluationMetric {
  return definition.evaluation.metric ?? evaluationMetrics(definition)[0]!;
}
