import type { Problem } from "../quality-files.ts";

export const TRAINING_FORMATS = ["csv", "jsonlines", "parquet"] as const;
export type TrainingFormat = (typeof TRAINING_FORMATS)[number];

/** How a column's present values are written; a column of any text is text. */
export type ColumnKind = "number" | "boolean" | "text";

export interface TrainingColumn {
  readonly name: string;
  readonly kind: ColumnKind;
}

/** An object as it was when it was read or written. */
export interface PinnedObject {
  /** S3 URI. */
  readonly location: string;
  readonly etag: string;
  readonly sha256: string;
  readonly byteCount: number;
}

/**
 * `manifest.json`: every object that the training set was made of and that it consists of, sorted by
 * location. Its hash stands for the training set wherever one is named.
 */
export interface TrainingManifest {
  readonly version: "1";
  readonly run: string;
  readonly captures: readonly PinnedObject[];
  readonly labels: readonly PinnedObject[];
  readonly files: readonly PinnedObject[];
}

/** Why rows of the window are in neither part; stable names. */
export const LEFT_OUT_REASONS = [
  /** The same inference id was captured earlier. */
  "repeated",
  /** Requests whose inputs were not captured. */
  "no-inputs",
  "unreadable",
  /** Rows with another number of columns than the model's. */
  "other-columns",
  "unreadable-label",
  /** Older than the window, or beyond the most rows that are taken. */
  "too-old",
  /** Of the holdout's time, but answered by another model than the champion. */
  "other-model",
  /** Of the holdout's time, but the champion's answer was not captured or cannot be read. */
  "unreadable-prediction",
] as const;
export type LeftOutReason = (typeof LEFT_OUT_REASONS)[number];

export interface TrainingCounts {
  /** Rows of captured requests in the window, labelled or not. */
  readonly capturedRowCount: number;
  /** Of these, the labelled ones. */
  readonly labelledRowCount: number;
  readonly trainRowCount: number;
  readonly holdoutRowCount: number;
  readonly leftOutCounts: Readonly<Partial<Record<LeftOutReason, number>>>;
}

export interface ClassCount {
  readonly label: string;
  readonly trainRowCount: number;
  readonly holdoutRowCount: number;
}

/** `dataset.json`: what the training set is, and how it came to be. */
export interface TrainingDataset {
  readonly version: "1";
  readonly run: string;
  readonly endpoint: string;
  readonly problem: Problem;
  readonly format: TrainingFormat;
  /** Inference time, half open, ISO 8601; the holdout begins at `cut` and no row before it is in it. */
  readonly window: { readonly from: string; readonly cut: string; readonly to: string };
  /** Of the label, which stands first in a CSV file and is called `label` elsewhere. */
  readonly labelKind: ColumnKind;
  /** The inputs in the order of the file, without the label. */
  readonly columns: readonly TrainingColumn[];
  /** Columns that the definition calls personal; no file holds them. */
  readonly droppedColumns: readonly string[];
  readonly counts: TrainingCounts;
  /** By label, ascending; null for regression. */
  readonly classes: readonly ClassCount[] | null;
  /** Labelled rows of the captured ones; null when nothing was captured. */
  readonly labelledFraction: number | null;
  /** How many of the requests are captured, as the endpoint says; null when it did not. */
  readonly capturedPercent: number | null;
  /** What a batch transform sends: CSV rows, or a JSON document a line. */
  readonly holdoutContentType: ContentType;
  /** How the champion answers, which a challenger must do as well. */
  readonly output: OutputForm;
  readonly files: TrainingFiles;
}

export type ContentType = "text/csv" | "application/json";

export interface OutputForm {
  readonly contentType: ContentType;
  readonly columnCount: number;
  /** Sorted; null where columns are told by their places. */
  readonly names: readonly string[] | null;
}

/** S3 URIs. */
export interface TrainingFiles {
  readonly train: string;
  readonly holdoutInputs: string;
  readonly holdoutRows: string;
  /** Model Monitor's statistics of the training rows' inputs. */
  readonly statistics: string;
}

/**
 * One row of `holdout/rows.jsonl`, in the order of the inputs: what happened, and what the champion had
 * said when it was asked. Texts as captured; null where there is none.
 */
export interface HoldoutRow {
  readonly id: string;
  /** Which row of its request, from 0. */
  readonly row: number;
  /** ISO 8601. */
  readonly inferenceTime: string;
  readonly label: string;
  readonly champion: {
    readonly probability: string | null;
    readonly label: string | null;
    /** Of each class in the definition's order; only where they are asked for. */
    readonly probabilities?: readonly number[];
  };
}

export const datasetText = (dataset: TrainingDataset): string =>
  `${JSON.stringify(dataset, null, 2)}\n`;

export const parseDataset = (text: string): TrainingDataset => JSON.parse(text) as TrainingDataset;

/**
 * A manifest as it is written, so that the same objects give the same bytes in whatever order they were
 * read.
 */
export function trainingManifestText(manifest: TrainingManifest): string {
  const sorted = (objects: readonly PinnedObject[]) =>
    [...objects].sort((a, b) => (a.location < b.location ? -1 : 1));
  const { version, run, captures, labels, files } = manifest;
  return `${JSON.stringify(
    {
      version,
      run,
      captures: sorted(captures),
      labels: sorted(labels),
      files: sorted(files),
    } satisfies TrainingManifest,
    null,
    2,
  )}\n`;
}

/** The manifest that SageMaker reads as `S3DataType: ManifestFile`: names below one prefix. */
export function sagemakerManifestText(prefix: string, names: readonly string[]): string {
  return `${JSON.stringify([{ prefix }, ...names])}\n`;
}
