import type { Cell } from "../capture/csv-rows.ts";
import { readCsvRows } from "../capture/csv-rows.ts";
import type { SideRow } from "../capture/json-rows.ts";
import { readJsonRows } from "../capture/json-rows.ts";
import { readBody } from "../capture/payload-rows.ts";
import type { MonitorDefinition } from "../contracts/monitor-definition.ts";
import type { Problem } from "../contracts/quality-files.ts";
import type { OutputKind } from "../labels/joined-entries.ts";
import type { LabelEncoding } from "../labels/label.ts";
import { type ClassColumns, cellAt, classProbabilities } from "./class-probabilities.ts";
import { topClass } from "./class-probability-metrics.ts";

/** Which output column says what, by index or name. */
export interface PredictionColumns {
  readonly problem: Problem;
  readonly probability: number | string | null;
  readonly label: number | string | null;
  /** Of several classes; null when their probabilities are not asked for. */
  readonly classes: ClassColumns | null;
  /** A greater probability is a prediction of the positive class. */
  readonly threshold: number;
}

/** What the model said of one row, as its texts; null for a column that is not asked for. */
export interface PredictedRow {
  readonly probability: Cell;
  readonly label: Cell;
  /** Of each class; null when they cannot be read, absent when they are not asked for. */
  readonly probabilities?: Float64Array | null;
}

const DEFAULT_THRESHOLD = 0.5;

/**
 * The columns that a definition names; without any the first holds what the problem needs. Where the
 * probabilities of classes are named and no label, the most probable class is the predicted one.
 */
export function predictionColumns({
  problem,
  prediction = {},
}: Pick<MonitorDefinition, "problem" | "prediction">): PredictionColumns {
  const { probability = null, label = null, threshold = DEFAULT_THRESHOLD } = prediction;
  const { classes: names, probabilities: columns } = prediction;
  if (problem !== "binary-classification") {
    const classes =
      names === undefined || columns === undefined
        ? null
        : { classes: names.map((name) => String(name)), columns };
    const first = classes === null ? 0 : null;
    return { problem, probability: null, label: label ?? first, classes, threshold };
  }
  const isUnnamed = probability === null && label === null;
  return { problem, probability: isUnnamed ? 0 : probability, label, classes: null, threshold };
}

/** The rows of a model's answer; null when they cannot be read. */
export function predictedRows(
  { data, kind }: { readonly data: string; readonly kind: OutputKind },
  columns: PredictionColumns,
): PredictedRow[] | null {
  if (kind === "unreadable" || kind === "none") return null;
  const rows = readBody({ format: kind, text: data });
  if (typeof rows === "string") return null;
  return rows.map((row) => predictedRow(row, columns));
}

/** What one row of outputs says. */
export function predictedRow(row: SideRow, columns: PredictionColumns): PredictedRow {
  const { probability, label, classes } = columns;
  const predicted = {
    probability: probability === null ? null : cellAt(row, probability),
    label: label === null ? null : cellAt(row, label),
  };
  if (classes === null) return predicted;
  const probabilities = classProbabilities(row, classes);
  if (label !== null || probabilities === null) return { ...predicted, probabilities };
  return { ...predicted, label: classes.classes[topClass(probabilities)]!, probabilities };
}

/** The key that a JSON label of several keys has it under. */
const LABEL_KEY = "label";

/** The labels of a record's rows, first row first; a text that cannot be read is one without any. */
export function labelTexts({
  data,
  encoding,
}: {
  readonly data: string;
  readonly encoding: LabelEncoding;
}): Cell[] {
  if (encoding === "CSV") return readCsvRows(data)?.map((cells) => trimmed(cells[0])) ?? [];
  const rows = readJsonRows(data);
  if (typeof rows !== "string") return rows.flatMap(labelCells);
  return [scalarText(data)];
}

function labelCells({ names, cells }: SideRow): Cell[] {
  if (names === null) return cells.map(trimmed);
  return [trimmed(cells[names.length === 1 ? 0 : names.indexOf(LABEL_KEY)])];
}

/** `1` and `"1"` are JSON documents too. */
function scalarText(data: string): Cell {
  try {
    const value: unknown = JSON.parse(data);
    return typeof value === "object" ? null : trimmed(String(value));
  } catch {
    return null;
  }
}

function trimmed(cell: Cell | undefined): Cell {
  const text = cell?.trim() ?? "";
  return text === "" ? null : text;
}
