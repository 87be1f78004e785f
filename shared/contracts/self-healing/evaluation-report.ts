import type { EvaluationMetric } from "../evaluation-metric.ts";
import type { Problem } from "../quality-files.ts";
import type { MetricInterval, MetricReading } from "../quality-result.ts";
import type { AuditInput } from "./audit-record.ts";

export type EvaluationOutcome = "better" | "not-better" | "invalid-output" | "inconclusive";

/** How much better the challenger is: positive means better, whatever way the metric goes. */
export interface Improvement {
  readonly value: number;
  /** 95 %, of slices wider: all of them together are right in 95 % of cases. */
  readonly interval: Pick<MetricInterval, "lower" | "upper"> & {
    readonly confidence: number;
    readonly method: "delong-paired" | "bonett-price" | "bootstrap-bca" | "bootstrap-percentile";
  };
}

export interface PairedTest {
  readonly name: "delong" | "mcnemar";
  /** Two-sided, of no difference. For McNemar exact, with the mid-p beside it. */
  readonly pValue: number;
  readonly midPValue?: number;
  /** Rows that one of both gets right and the other wrong. */
  readonly championOnlyCount?: number;
  readonly challengerOnlyCount?: number;
}

export interface SliceComparison {
  readonly feature: string;
  readonly value: string;
  readonly rowCount: number;
  readonly outcome: "passed" | "worse" | "inconclusive";
  readonly champion: number | null;
  readonly challenger: number | null;
  readonly improvement: Improvement | null;
  /** One sentence with the numbers in it. */
  readonly reason: string;
}

/** What is wrong with a challenger's output, and where. */
export interface OutputProblem {
  /** Such as `row 12` or `the output`. */
  readonly place: string;
  readonly value: string;
  readonly rule: string;
}

/** What is the same whoever compares and whenever. */
export interface Evaluation {
  readonly outcome: EvaluationOutcome;
  /** One sentence with the numbers in it. */
  readonly reason: string;
  readonly metric: EvaluationMetric;
  readonly margin: number;
  readonly rowCount: number;
  /** Of the metric; null where it is undefined. */
  readonly champion: number | null;
  readonly challenger: number | null;
  readonly improvement: Improvement | null;
  readonly test: PairedTest | null;
  readonly slices: readonly SliceComparison[];
  readonly problems: readonly OutputProblem[];
  /** Every metric of both models on the same rows, by name. */
  readonly championMetrics: readonly MetricReading[];
  readonly challengerMetrics: readonly MetricReading[];
}

/** `report.json` of an evaluation. */
export interface EvaluationReport extends Evaluation {
  readonly version: "1";
  readonly run: string;
  readonly endpoint: string;
  readonly problem: Problem;
  /** Of the holdout, inference time, ISO 8601. */
  readonly window: { readonly from: string; readonly to: string };
  /** ARN of the champion's model package, or its name. */
  readonly championModel: string;
  readonly challengerModel: string;
  readonly inputs: readonly AuditInput[];
  readonly codeVersion: string;
}

export const evaluationReportText = (report: EvaluationReport): string =>
  `${JSON.stringify(report, null, 2)}\n`;
