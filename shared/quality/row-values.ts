import type { Cell } from "../capture/csv-rows.ts";
import type { ClassProbabilities } from "./labelled-rows.ts";

/** One row as numbers, or as names of classes. */
export interface Row<Value> {
  readonly label: Value;
  readonly prediction: Value;
  /** NaN when the model gives none. */
  readonly score: number;
}

export interface ClassRow extends Row<string> {
  /** Of each class; null when they are not asked for. */
  readonly probabilities: Float64Array | null;
}

export function regressionRow(label: Cell): Omit<Row<number>, "label"> | null {
  const prediction = label === null ? null : finiteOf(label);
  return prediction === null ? null : { prediction, score: prediction };
}

export function finiteOf(text: string): number | null {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : null;
}

/** 1 for the positive class, 0 for the other. */
export function classOf(text: string): number | null {
  const name = text.trim().toLowerCase();
  if (name === "true") return 1;
  if (name === "false") return 0;
  const value = finiteOf(name);
  return value === 0 || value === 1 ? value : null;
}

export function probabilitiesOf(
  rows: readonly ClassRow[],
  classes: readonly string[],
): ClassProbabilities {
  const classCount = classes.length;
  const values = new Float64Array(rows.length * classCount);
  for (const [row, { probabilities }] of rows.entries()) {
    values.set(probabilities!, row * classCount);
  }
  const indexes = new Map(classes.map((name, index) => [name, index]));
  return {
    classCount,
    values,
    truths: Int32Array.from(rows, ({ label }) => indexes.get(label) ?? -1),
  };
}

export function scoresOf(rows: readonly Row<unknown>[]): Float64Array {
  return Float64Array.from(rows.flatMap(({ score }) => (Number.isNaN(score) ? [] : [score])));
}

/** An order that shows nothing of how the rows arrived. */
export function compareRows(a: Row<number>, b: Row<number>): number {
  return compareNumbers(a.score, b.score) || a.label - b.label || a.prediction - b.prediction;
}

/** The same of rows of classes. */
export function compareClassRows(a: ClassRow, b: ClassRow): number {
  return (
    compareTexts(a.label, b.label) ||
    compareTexts(a.prediction, b.prediction) ||
    compareLists(a.probabilities, b.probabilities)
  );
}

function compareNumbers(a: number, b: number): number {
  return Number.isNaN(a) || Number.isNaN(b) ? 0 : a - b;
}

function compareLists(a: Float64Array | null, b: Float64Array | null): number {
  const at = a?.findIndex((value, index) => value !== b?.[index]) ?? -1;
  return at === -1 ? 0 : a![at]! - b![at]!;
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
