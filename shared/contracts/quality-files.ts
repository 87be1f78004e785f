import * as z from "zod/mini";
import {
  count,
  double,
  finite,
  modelMonitorJson,
  parseModelMonitorFile,
} from "./model-monitor-json.ts";

/** What the model predicts, as a monitor definition says it. */
export type Problem = "binary-classification" | "multiclass-classification" | "regression";

export type Dialect = "sagemaker" | "calibrated";

/** How a metric is compared: it is violated when the window's value is on that side of the threshold. */
export type ComparisonOperator = "LessThanThreshold" | "GreaterThanThreshold";

export interface MetricConstraint {
  readonly threshold: number;
  readonly comparison_operator: ComparisonOperator;
}

/** `constraints.json` of Model Monitor's model-quality analyzer, as values. */
export interface QualityConstraints {
  readonly problem: Problem;
  /** By the metric's name. */
  readonly constraints: Readonly<Record<string, MetricConstraint>>;
}

/** The metrics' block of a problem: `binary_classification_metrics`, `…_constraints`. */
const KIND = {
  "binary-classification": "binary_classification",
  "multiclass-classification": "multiclass_classification",
  regression: "regression",
} as const satisfies Record<Problem, string>;

const PROBLEMS = Object.keys(KIND) as Problem[];

const constraint = z.looseObject({
  threshold: finite,
  comparison_operator: z.enum(
    ["LessThanThreshold", "GreaterThanThreshold"],
    "is not LessThanThreshold or GreaterThanThreshold",
  ),
});

const block = z.optional(z.record(z.string(), constraint));

const constraintsFile = z
  .looseObject({
    version: z.literal(0, "is not 0"),
    binary_classification_constraints: block,
    multiclass_classification_constraints: block,
    regression_constraints: block,
  })
  .check(
    z.refine((file) => problemsIn(file, "constraints").length === 1, {
      error: "must hold the constraints of one problem: binary, multiclass or regression",
    }),
  );

/** @throws MonitoringError `invalid-json` or `invalid-constraints` */
export function parseQualityConstraints(text: string): QualityConstraints {
  const file = parseModelMonitorFile("constraints.json", constraintsFile, text);
  const [problem] = problemsIn(file, "constraints");
  return { problem: problem!, constraints: file[`${KIND[problem!]}_constraints`]! };
}

/** Model Monitor's own bytes for its own values. */
export function qualityConstraintsText({ problem, constraints }: QualityConstraints): string {
  return modelMonitorJson(
    { version: 0, [`${KIND[problem]}_constraints`]: constraints },
    () => false,
  );
}

/** One metric in `statistics.json`. NaN stands for what could not be computed. */
export interface MetricStatistics {
  readonly value: number;
  readonly standard_deviation: number;
  /** Not in Model Monitor's files. */
  readonly confidence_interval?: {
    readonly lower_bound: number;
    readonly upper_bound: number;
    readonly confidence_level: number;
    readonly method: string;
  };
}

export interface CurveStatistics {
  readonly [axis: string]: readonly number[];
}

/** `counts[actual][predicted]`. */
export type ConfusionMatrix = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** `statistics.json` of Model Monitor's model-quality analyzer, as values; entries in its order. */
export interface QualityStatistics {
  readonly problem: Problem;
  readonly itemCount: number;
  readonly metrics: Readonly<Record<string, MetricStatistics | CurveStatistics | ConfusionMatrix>>;
}

const metric = z.union([
  z.looseObject({ value: double, standard_deviation: double }),
  z.record(z.string(), z.array(finite)),
  z.record(z.string(), z.record(z.string(), count)),
]);

const metrics = z.optional(z.record(z.string(), metric));

const statisticsFile = z
  .looseObject({
    version: z.literal(0, "is not 0"),
    dataset: z.looseObject({ item_count: count }),
    binary_classification_metrics: metrics,
    multiclass_classification_metrics: metrics,
    regression_metrics: metrics,
  })
  .check(
    z.refine((file) => problemsIn(file, "metrics").length === 1, {
      error: "must hold the metrics of one problem: binary, multiclass or regression",
    }),
  );

/** @throws MonitoringError `invalid-json` or `invalid-statistics` */
export function parseQualityStatistics(text: string): QualityStatistics {
  const file = parseModelMonitorFile("statistics.json", statisticsFile, text);
  const problem = problemsIn(file, "metrics")[0]!;
  const found = file[`${KIND[problem]}_metrics`] as QualityStatistics["metrics"];
  return { problem, itemCount: file.dataset.item_count, metrics: found };
}

/** Model Monitor's own bytes for its own values. */
export function qualityStatisticsText({ problem, itemCount, metrics }: QualityStatistics): string {
  const file = {
    version: 0,
    dataset: { item_count: itemCount },
    [`${KIND[problem]}_metrics`]: metrics,
  };
  return modelMonitorJson(file, (key, parents) => {
    return key === "item_count" || parents.includes("confusion_matrix");
  });
}

/** One metric on the wrong side of its threshold. */
export interface QualityViolation {
  readonly constraint_check_type: ComparisonOperator;
  readonly description: string;
  readonly metric_name: string;
}

export function qualityViolationsText(violations: readonly QualityViolation[]): string {
  return modelMonitorJson({ violations }, () => false);
}

function problemsIn(file: object, suffix: "constraints" | "metrics"): Problem[] {
  const held = file as Record<string, unknown>;
  return PROBLEMS.filter((problem) => held[`${KIND[problem]}_${suffix}`] !== undefined);
}
