import { durationMillis } from "../contracts/duration.ts";
import type { MonitorDefinition } from "../contracts/monitor-definition.ts";
import type { RetrainingDefinition } from "../contracts/retraining-definition.ts";
import { s3Uri } from "../contracts/s3-uri.ts";
import type {
  ClassCount,
  HoldoutRow,
  LeftOutReason,
  OutputForm,
  TrainingCounts,
  TrainingDataset,
} from "../contracts/self-healing/training-set.ts";
import { trainingKeys } from "../contracts/storage-keys.ts";
import { sortedClasses } from "../quality/labelled-rows.ts";
import { isNamed, type KnownFeatures } from "./input-names.ts";
import type { ChampionAnswer, GatheredRequests, LabelledRequest } from "./labelled-requests.ts";
import { splitByTime, type TimeSplit } from "./time-split.ts";
import {
  EXTENSIONS,
  type FileBytes,
  inputsFile,
  linesFile,
  type TrainingRows,
  trainingFile,
} from "./training-file.ts";
import { columnKinds, type TableShape, tableShape } from "./training-table.ts";

export interface PrepareInput {
  readonly run: string;
  readonly bucket: string;
  readonly definition: Pick<MonitorDefinition, "endpoint" | "problem" | "features" | "evaluation">;
  readonly retraining: Pick<RetrainingDefinition, "data">;
  readonly gathered: GatheredRequests;
  readonly known: KnownFeatures | null;
  /** How many of the requests the endpoint captures; null when it does not say. */
  readonly capturedPercent: number | null;
}

export type PreparedTrainingSet =
  | { readonly outcome: "no-data"; readonly reason: string; readonly counts: TrainingCounts }
  | {
      readonly outcome: "prepared";
      readonly reason: string;
      readonly dataset: TrainingDataset;
      readonly files: {
        readonly train: FileBytes;
        readonly holdoutInputs: FileBytes;
        readonly holdoutRows: FileBytes;
      };
      /** The training rows' inputs as CSV, to profile: the champion's next baseline is made of them. */
      readonly profiledInputs: FileBytes;
    };

interface Parts extends TimeSplit {
  readonly shape: TableShape;
  /** Of the holdout, what the champion answered. */
  readonly compared: readonly ComparedRow[];
  readonly counts: TrainingCounts;
}

interface ComparedRow extends LabelledRequest {
  readonly champion: ChampionAnswer;
}

/**
 * The training set of a run: recent labelled rows, split by time, without personal columns; the holdout
 * has what the champion had answered beside it.
 */
export function prepareTrainingSet(input: PrepareInput): PreparedTrainingSet {
  const parts = partsOf(input);
  if (parts === null) {
    const leftOutCounts = Object.fromEntries(input.gathered.leftOutCounts);
    const none = { capturedRowCount: 0, labelledRowCount: 0, trainRowCount: 0, holdoutRowCount: 0 };
    const reason = "no captured row has a label that can be read";
    return { outcome: "no-data", reason, counts: { ...none, leftOutCounts } };
  }
  const classes = classesOf(input, parts);
  const reason = whyNot(input, parts, classes);
  if (reason !== null) return { outcome: "no-data", reason, counts: parts.counts };
  return prepared(input, parts, classes);
}

function partsOf({ gathered, known, definition, retraining }: PrepareInput): Parts | null {
  const pii = definition.features?.pii ?? [];
  const shape = tableShape(gathered, known?.names ?? null, pii);
  const rows = gathered.rows.filter((row) => shape.places[row.shape] !== null);
  if (rows.length === 0) return null;
  const { window, holdout, maximumRows } = retraining.data;
  const windowMillis = durationMillis(window);
  const split = splitByTime(rows, { windowMillis, holdout, maximumRows });
  const compared = split.holdout.filter(isCompared);
  const leftOut = new Map(gathered.leftOutCounts);
  const add = (reason: LeftOutReason, count: number) => {
    if (count > 0) leftOut.set(reason, (leftOut.get(reason) ?? 0) + count);
  };
  add("other-columns", gathered.rows.length - rows.length);
  add("too-old", split.tooOldCount);
  for (const { champion } of split.holdout) if (typeof champion === "string") add(champion, 1);
  const counts = {
    ...gathered.countBetween(split.fromMillis, split.toMillis),
    trainRowCount: split.train.length,
    holdoutRowCount: compared.length,
    leftOutCounts: Object.fromEntries([...leftOut].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
  return { ...split, shape, compared, counts };
}

/** What is missing for a model that could be trained and compared; null when nothing is. */
function whyNot(
  { definition, retraining: { data } }: PrepareInput,
  { train, compared, shape, counts }: Parts,
  classes: readonly ClassCount[] | null,
): string | null {
  const { pii = [] } = definition.features ?? {};
  const dropped = shape.droppedNames;
  const unknown = pii.find((name) => !dropped.some((column) => isNamed(column, [name])));
  if (unknown !== undefined) {
    return `features.pii: "${unknown}": is no captured column, so nothing could be left out`;
  }
  if (data.format !== "csv" && shape.names.includes("label")) {
    return `feature "label": has the label's own name: must have another, or data.format be csv`;
  }
  if (shape.names.length === 0) return "no column is left to learn from";
  const rowCount = train.length + counts.holdoutRowCount;
  if (rowCount < data.minimumRows) {
    return `${rowCount} labelled rows: at least ${data.minimumRows} are needed`;
  }
  const rare = classes?.find(({ trainRowCount }) => trainRowCount < data.minimumRowsPerClass);
  if (rare !== undefined) {
    const rows = `class "${rare.label}": ${rare.trainRowCount} rows to learn from`;
    return `${rows}: at least ${data.minimumRowsPerClass} are needed`;
  }
  const { minimumRows } = definition.evaluation;
  if (compared.length >= minimumRows) return null;
  const rows = `${compared.length} rows to compare with the champion's answers`;
  return `${rows}: at least ${minimumRows} are needed`;
}

function classesOf(
  { definition: { problem } }: PrepareInput,
  { train, compared }: Parts,
): ClassCount[] | null {
  if (problem === "regression") return null;
  const countIn = (rows: readonly LabelledRequest[]) => Map.groupBy(rows, ({ label }) => label);
  const inTrain = countIn(train);
  const inHoldout = countIn(compared);
  // A binary model of one class has learned nothing, also where the other has not been seen.
  const expected = problem === "binary-classification" ? ["0", "1"] : [];
  const labels = sortedClasses([...expected, ...inTrain.keys(), ...inHoldout.keys()]);
  return labels.map((label) => ({
    label,
    trainRowCount: inTrain.get(label)?.length ?? 0,
    holdoutRowCount: inHoldout.get(label)?.length ?? 0,
  }));
}

function prepared(
  input: PrepareInput,
  { train, compared, shape, counts, ...split }: Parts,
  classes: readonly ClassCount[] | null,
): PreparedTrainingSet {
  const { definition, retraining, gathered, run, capturedPercent } = input;
  const { format } = retraining.data;
  const { endpoint, problem } = definition;
  const kinds = columnKinds([...train, ...compared], shape);
  const trainRows: TrainingRows = { rows: train, shape, ...kinds };
  const holdoutRows: TrainingRows = { rows: compared, shape, ...kinds };
  const isJson = gathered.formatCounts.json > gathered.formatCounts.csv;
  const time = (millis: number) => new Date(millis).toISOString();
  const { capturedRowCount, labelledRowCount } = counts;
  const cut = time(split.cutMillis);
  return {
    outcome: "prepared",
    reason: `${train.length} rows to learn from, ${compared.length} from ${cut} on to compare`,
    dataset: {
      version: "1",
      ...{ run, endpoint, problem, format },
      window: { from: time(split.fromMillis), cut, to: time(split.toMillis) },
      ...kinds,
      droppedColumns: shape.droppedNames,
      counts,
      classes,
      labelledFraction: capturedRowCount === 0 ? null : labelledRowCount / capturedRowCount,
      capturedPercent,
      holdoutContentType: isJson ? "application/json" : "text/csv",
      output: mostFrequentForm(compared),
      files: filesOf(input),
    },
    files: {
      train: trainingFile(trainRows, format),
      holdoutInputs: inputsFile(holdoutRows, isJson ? "json" : "csv"),
      holdoutRows: linesFile(compared, (row) => JSON.stringify(holdoutRow(row))),
    },
    profiledInputs: inputsFile(trainRows, "csv"),
  };
}

function filesOf({ bucket, run, retraining }: PrepareInput): TrainingDataset["files"] {
  const keys = trainingKeys(run, EXTENSIONS[retraining.data.format]);
  return {
    train: s3Uri({ bucket, key: keys.train }),
    holdoutInputs: s3Uri({ bucket, key: keys.holdoutInputs }),
    holdoutRows: s3Uri({ bucket, key: keys.holdoutRows }),
    statistics: s3Uri({ bucket, key: keys.statistics }),
  };
}

const isCompared = (row: LabelledRequest): row is ComparedRow => typeof row.champion === "object";

function mostFrequentForm(compared: readonly ComparedRow[]): OutputForm {
  const forms = Map.groupBy(compared, ({ champion }) => JSON.stringify(champion.form));
  const [[form]] = [...forms].sort(
    ([a, ofA], [b, ofB]) => ofB.length - ofA.length || (a < b ? -1 : 1),
  ) as [[string, unknown]];
  return JSON.parse(form);
}

function holdoutRow({ id, row, inferenceMillis, label, champion }: ComparedRow): HoldoutRow {
  return {
    id,
    row,
    inferenceTime: new Date(inferenceMillis).toISOString(),
    label,
    champion: champion.said,
  };
}
