import type { Cell } from "../capture/csv-rows.ts";
import type { LabelJoin } from "../labels/label-join.ts";
import type { Window } from "../window/window.ts";
import { type LabelledRows, multiclassRows } from "./labelled-rows.ts";
import {
  labelTexts,
  type PredictedRow,
  type PredictionColumns,
  predictedRows,
} from "./prediction-columns.ts";
import {
  type ClassRow,
  classOf,
  compareClassRows,
  compareRows,
  finiteOf,
  probabilitiesOf,
  type Row,
  regressionRow,
  scoresOf,
} from "./row-values.ts";

/** What the joins of a window hold, as rows. */
export interface JoinedRows {
  readonly rows: LabelledRows;
  /** Requests that were captured; each has one row or several. */
  readonly recordCount: number;
  readonly capturedCount: number;
  readonly unreadableCount: number;
  /** From inference to label, of the records whose label says its time. */
  readonly delaySeconds: Float64Array;
  /** Probabilities, of several classes that of the most probable, or predicted numbers. */
  readonly labelledScores: Float64Array;
  readonly unlabelledScores: Float64Array;
}

/** All that a builder has gathered, as plain data that another one can go on with. */
export interface GatheredRows {
  readonly numeric: readonly Row<number>[];
  readonly named: readonly ClassRow[];
  readonly delays: readonly number[];
  readonly unlabelledScores: readonly number[];
  readonly recordCount: number;
  readonly unlabelledCount: number;
  readonly unreadableCount: number;
}

/** Gathers the rows of joins; the k-th label of a record is that of its k-th row. */
export class JoinedRowsBuilder {
  readonly #columns: PredictionColumns;
  readonly #numeric: Row<number>[] = [];
  readonly #named: ClassRow[] = [];
  readonly #delays: number[] = [];
  readonly #unlabelledScores: number[] = [];
  #recordCount = 0;
  #unlabelledCount = 0;
  #unreadableCount = 0;

  constructor(columns: PredictionColumns) {
    this.#columns = columns;
  }

  /**
   * @param window without it, captures of any time count
   * @param repeated ids whose capture here is a repeat of an earlier one elsewhere: they are left out
   */
  add(join: LabelJoin, window: Window | null, repeated?: ReadonlySet<string>): void {
    for (const entry of join.entries()) {
      if (!entry.hasCapture || repeated?.has(entry.id())) continue;
      const inferenceMillis = entry.inferenceMillis();
      const { fromMillis = -Infinity, toMillis = Infinity } = window ?? {};
      if (inferenceMillis < fromMillis || inferenceMillis >= toMillis) continue;
      const labelMillis = entry.hasLabel ? entry.labelMillis() : null;
      if (labelMillis !== null) this.#delays.push((labelMillis - inferenceMillis) / 1000);
      const answer = { data: entry.outputText(), kind: entry.outputKind() };
      const labels = entry.hasLabel
        ? labelTexts({ data: entry.labelData(), encoding: entry.labelEncoding() })
        : [];
      this.addRecord(predictedRows(answer, this.#columns), labels);
    }
  }

  /** @param rows null when the answer could not be read: that is one unreadable row */
  addRecord(rows: readonly PredictedRow[] | null, labels: readonly Cell[]): void {
    this.#recordCount += 1;
    if (rows === null) this.#unreadableCount += 1;
    for (const [index, row] of (rows ?? []).entries()) this.#addRow(row, labels[index] ?? null);
  }

  gathered(): GatheredRows {
    return {
      numeric: this.#numeric,
      named: this.#named,
      delays: this.#delays,
      unlabelledScores: this.#unlabelledScores,
      recordCount: this.#recordCount,
      unlabelledCount: this.#unlabelledCount,
      unreadableCount: this.#unreadableCount,
    };
  }

  /** Adds what another builder gathered of other records, with the same columns. */
  addGathered(other: GatheredRows): void {
    for (const row of other.numeric) this.#numeric.push(row);
    for (const row of other.named) this.#named.push(row);
    for (const delay of other.delays) this.#delays.push(delay);
    for (const score of other.unlabelledScores) this.#unlabelledScores.push(score);
    this.#recordCount += other.recordCount;
    this.#unlabelledCount += other.unlabelledCount;
    this.#unreadableCount += other.unreadableCount;
  }

  /** @param order by `content` no order of arrival or storage shows; `given` is that of a file */
  rows(order: "content" | "given" = "content"): JoinedRows {
    if (order === "content") {
      this.#numeric.sort(compareRows);
      this.#named.sort(compareClassRows);
    }
    const numeric = this.#numeric;
    const labelledCount = numeric.length + this.#named.length;
    return {
      rows: this.#labelledRows(numeric),
      recordCount: this.#recordCount,
      capturedCount: labelledCount + this.#unlabelledCount,
      unreadableCount: this.#unreadableCount,
      delaySeconds: Float64Array.from(this.#delays),
      labelledScores: scoresOf(numeric.length > 0 ? numeric : this.#named),
      unlabelledScores: Float64Array.from(this.#unlabelledScores),
    };
  }

  #addRow(row: PredictedRow, truth: Cell): void {
    const { problem } = this.#columns;
    if (problem === "multiclass-classification") {
      this.#addClass(row, truth);
      return;
    }
    const { probability, label } = row;
    const predicted =
      problem === "regression" ? regressionRow(label) : this.#binaryRow(probability, label);
    const known = truth === null ? null : this.#numberOf(truth);
    if (predicted === null || (truth !== null && known === null)) this.#unreadableCount += 1;
    else if (known !== null) this.#numeric.push({ ...predicted, label: known });
    else this.#addUnlabelled(predicted.score);
  }

  #addClass({ label, probabilities = null }: PredictedRow, truth: Cell): void {
    const score = probabilities === null ? Number.NaN : Math.max(...probabilities);
    const isUnread = label === null || (this.#columns.classes !== null && probabilities === null);
    if (isUnread) this.#unreadableCount += 1;
    else if (truth === null) this.#addUnlabelled(score);
    else this.#named.push({ label: truth, prediction: label.trim(), score, probabilities });
  }

  #addUnlabelled(score: number): void {
    this.#unlabelledCount += 1;
    if (!Number.isNaN(score)) this.#unlabelledScores.push(score);
  }

  #numberOf(text: string): number | null {
    return this.#columns.problem === "regression" ? finiteOf(text) : classOf(text);
  }

  #binaryRow(probability: Cell, label: Cell): Omit<Row<number>, "label"> | null {
    const { probability: column, threshold } = this.#columns;
    if (column === null) {
      const prediction = label === null ? null : classOf(label);
      return prediction === null ? null : { prediction, score: Number.NaN };
    }
    const score = probability === null ? null : finiteOf(probability);
    if (score === null || score < 0 || score > 1) return null;
    // A predicted label of its own stands above what the threshold says.
    const prediction = label === null ? Number(score > threshold) : classOf(label);
    return prediction === null ? null : { prediction, score };
  }

  #labelledRows(numeric: readonly Row<number>[]): LabelledRows {
    const { problem, probability } = this.#columns;
    if (problem === "multiclass-classification") {
      const named = this.#named;
      return multiclassRows(
        named.map(({ label }) => label),
        named.map(({ prediction }) => prediction),
        this.#columns.classes && probabilitiesOf(named, this.#columns.classes.classes),
      );
    }
    const labels = numeric.map(({ label }) => label);
    const predictions = numeric.map(({ prediction }) => prediction);
    if (problem === "regression") {
      return {
        problem,
        labels: Float64Array.from(labels),
        predictions: Float64Array.from(predictions),
      };
    }
    return {
      problem,
      labels: Uint8Array.from(labels),
      predictions: Uint8Array.from(predictions),
      probabilities: probability === null ? null : scoresOf(numeric),
    };
  }
}
