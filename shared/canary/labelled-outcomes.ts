import type { MonitorDefinition } from "../contracts/monitor-definition.ts";
import type { LabelJoin } from "../labels/label-join.ts";
import { JoinedRowsBuilder } from "../quality/joined-rows.ts";
import {
  labelTexts,
  type PredictionColumns,
  predictedRows,
  predictionColumns,
} from "../quality/prediction-columns.ts";
import type { ArmInterval, LabelCounts, LabelEvidence } from "./evidence.ts";
import type { ScoredLabel } from "./misordered-pairs.ts";

/** One captured row whose label is in. */
export interface LabelledOutcome {
  /** Of the capture, and which row of it. */
  readonly id: string;
  /** Probability of the positive class; null where the model gives none. */
  readonly score: number | null;
  readonly positive: boolean;
  readonly wrong: boolean;
}

/**
 * The rows of a join whose capture is not older than an instant, by id. Numbers are neither right nor
 * wrong: of a regression there are none.
 */
export function labelledOutcomes(
  join: LabelJoin,
  definition: Pick<MonitorDefinition, "problem" | "prediction">,
  sinceMillis: number,
): LabelledOutcome[] {
  if (definition.problem === "regression") return [];
  const columns = predictionColumns(definition);
  const outcomes: LabelledOutcome[] = [];
  for (const entry of join.entries()) {
    if (!entry.hasCapture || !entry.hasLabel || entry.inferenceMillis() < sinceMillis) continue;
    const answer = { data: entry.outputText(), kind: entry.outputKind() };
    const labels = labelTexts({ data: entry.labelData(), encoding: entry.labelEncoding() });
    outcomes.push(...outcomesOf(entry.id(), columns, { answer, labels }));
  }
  return outcomes.sort((a, b) => (a.id < b.id ? -1 : 1));
}

interface JoinedRecord {
  readonly answer: Parameters<typeof predictedRows>[0];
  readonly labels: ReturnType<typeof labelTexts>;
}

function outcomesOf(
  id: string,
  columns: PredictionColumns,
  { answer, labels }: JoinedRecord,
): LabelledOutcome[] {
  const rows = new JoinedRowsBuilder(columns);
  rows.addRecord(predictedRows(answer, columns), labels);
  const { numeric, named } = rows.gathered();
  const ofNumbers = numeric.map(({ label, prediction, score }) => ({
    score: Number.isNaN(score) ? null : score,
    positive: label === 1,
    wrong: prediction !== label,
  }));
  const ofNames = named.map(({ label, prediction }) => ({
    score: null,
    positive: false,
    wrong: prediction !== label,
  }));
  return [...ofNumbers, ...ofNames].map((row, index) => ({ id: `${id}#${index}`, ...row }));
}

/** What labels say of both variants: an order of scores where there are any, else right and wrong. */
export function labelEvidence(
  intervals: readonly ArmInterval<readonly LabelledOutcome[]>[],
): LabelEvidence | null {
  if (intervals.length === 0) return null;
  const all = intervals.flatMap(({ champion, candidate }) => [...champion, ...candidate]);
  if (all.every(({ score }) => score !== null)) {
    return { kind: "scores", intervals: intervals.map((interval) => of(interval, scored)) };
  }
  return { kind: "counts", intervals: intervals.map((interval) => of(interval, counted)) };
}

function of<From, To>(
  { startMillis, champion, candidate }: ArmInterval<From>,
  read: (outcomes: From) => To,
): ArmInterval<To> {
  return { startMillis, champion: read(champion), candidate: read(candidate) };
}

function scored(outcomes: readonly LabelledOutcome[]): ScoredLabel[] {
  return outcomes.map(({ id, score, positive }) => ({ id, score: score!, positive }));
}

function counted(outcomes: readonly LabelledOutcome[]): LabelCounts {
  const wrongCount = outcomes.filter(({ wrong }) => wrong).length;
  return { labelledCount: outcomes.length, wrongCount };
}
