import type { EvaluationMetric } from "../contracts/evaluation-metric.ts";
import type { MetricReading } from "../contracts/quality-result.ts";
import type { EvaluationDefinition } from "../contracts/rollout-definition.ts";
import type { Evaluation, SliceComparison } from "../contracts/self-healing/evaluation-report.ts";
import type { HoldoutRow, TrainingDataset } from "../contracts/self-healing/training-set.ts";
import { JoinedRowsBuilder } from "../quality/joined-rows.ts";
import type { LabelledRows } from "../quality/labelled-rows.ts";
import { measureQuality } from "../quality/measure-quality.ts";
import type { PredictedRow, PredictionColumns } from "../quality/prediction-columns.ts";
import { readChallengerOutput } from "./challenger-output.ts";
import { comparePaired, type PairedComparison, type PairedRows } from "./compare-paired.ts";
import { compareSlices } from "./compare-slices.ts";
import { comparisonText, numberText } from "./evaluation-words.ts";
import { slicesOf } from "./slices.ts";

export interface EvaluationInput {
  readonly evaluation: EvaluationDefinition;
  readonly metric: EvaluationMetric;
  readonly columns: PredictionColumns;
  readonly dataset: Pick<TrainingDataset, "columns" | "holdoutContentType" | "output">;
  readonly holdout: readonly HoldoutRow[];
  /** The texts of the holdout's inputs and of what the challenger answered. */
  readonly inputs: string;
  readonly output: string;
}

/** The rows that were compared; null where the challenger's output is invalid. */
export interface EvaluatedChallenger {
  readonly evaluation: Evaluation;
  readonly rows: PairedRows | null;
}

/**
 * Whether a challenger is better than the champion was, on the same newest rows.
 *
 * Better is a gain whose lower 95 % bound is above the margin, with no slice worse for certain; all else
 * keeps the champion. Rows that say nothing for certain are `inconclusive`, never better.
 */
export function evaluateChallenger(input: EvaluationInput): EvaluatedChallenger {
  const { holdout, columns, dataset, evaluation: rules, metric } = input;
  const rowCount = holdout.length;
  const output = readChallengerOutput(input.output, { rowCount, form: dataset.output, columns });
  const { problems, problemCount } = output;
  const found = { metric, margin: rules.margin, rowCount, problems, ...NOTHING };
  const [problem] = problems;
  if (problem !== undefined) {
    const more = problemCount === 1 ? "" : ` (and ${problemCount - 1} more)`;
    const reason = `${problem.place}: ${problem.value}: ${problem.rule}${more}`;
    return { evaluation: { ...found, outcome: "invalid-output", reason }, rows: null };
  }
  const labels = holdout.map(({ label }) => label);
  const rows = {
    champion: rowsOf(holdout.map(championRow), labels, columns),
    challenger: rowsOf(output.rows, labels, columns),
  };
  const compared = comparePaired(rows, metric);
  const slices = compareSlices(rows, slicesOf(rules.slices, input.inputs, dataset), {
    ...rules,
    metric,
  });
  const evaluation = {
    ...found,
    ...compared,
    slices,
    championMetrics: readingsOf(rows.champion),
    challengerMetrics: readingsOf(rows.challenger),
    ...verdict(compared, slices, { metric, rowCount, rules }),
  };
  return { evaluation, rows };
}

const NOTHING = {
  champion: null,
  challenger: null,
  improvement: null,
  test: null,
  slices: [],
  championMetrics: [],
  challengerMetrics: [],
} as const;

function verdict(
  compared: PairedComparison,
  slices: readonly SliceComparison[],
  {
    metric,
    rowCount,
    rules,
  }: {
    readonly metric: EvaluationMetric;
    readonly rowCount: number;
    readonly rules: EvaluationDefinition;
  },
): Pick<Evaluation, "outcome" | "reason"> {
  if (rowCount < rules.minimumRows) {
    const reason = `${rowCount} rows to compare: at least ${rules.minimumRows} are needed`;
    return { outcome: "inconclusive", reason };
  }
  const { improvement } = compared;
  if (improvement === null) {
    const reason = `${metric} has no interval in these ${rowCount} rows`;
    return { outcome: "inconclusive", reason };
  }
  const text = comparisonText(metric, compared);
  const worse = slices.find(({ outcome }) => outcome === "worse");
  if (worse !== undefined) {
    const where = `where ${worse.feature} is ${worse.value}: ${worse.reason}`;
    return { outcome: "not-better", reason: `${where}; of all rows ${text}` };
  }
  const isBetter = improvement.interval.lower > rules.margin;
  const rule = `its lower bound ${isBetter ? "is" : "must be"} above ${numberText(rules.margin)}`;
  return { outcome: isBetter ? "better" : "not-better", reason: `${text}: ${rule}` };
}

function championRow({ champion }: HoldoutRow): PredictedRow {
  const { probabilities, ...said } = champion;
  return probabilities === undefined
    ? said
    : { ...said, probabilities: Float64Array.from(probabilities) };
}

/** Rows whose answers and labels were all found readable before. */
function rowsOf(
  predicted: readonly PredictedRow[],
  labels: readonly string[],
  columns: PredictionColumns,
): LabelledRows {
  const builder = new JoinedRowsBuilder(columns);
  for (const [index, row] of predicted.entries()) builder.addRecord([row], [labels[index]!]);
  const { rows } = builder.rows("given");
  if (rows.labels.length !== labels.length) {
    throw new RangeError(`${rows.labels.length} rows: must be all ${labels.length} of the holdout`);
  }
  return rows;
}

function readingsOf(rows: LabelledRows): MetricReading[] {
  return measureQuality(rows, "calibrated").metrics.map((metric) => ({
    metric: metric.name,
    value: metric.value,
    interval: metric.interval,
    standardDeviation: metric.standardDeviation,
    ...(metric.value === null ? { undefinedBecause: metric.undefinedBecause } : {}),
  }));
}
