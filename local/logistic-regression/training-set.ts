import { parquetReadObjects } from "hyparquet";
import { compressors } from "hyparquet-compressors";
import { csvFields, numberOf } from "./rows.ts";
import type { TrainingSet } from "./train.ts";

/** One file of a training channel. */
export interface TrainingFile {
  readonly name: string;
  /** Without parameters, in lower case. */
  readonly mediaType: string;
  readonly body: Uint8Array;
}

export interface TrainingSetOptions {
  /** Names, in the order in which the model is to take them; those of the file by default. */
  readonly features?: readonly string[];
  /** Where the label stands in files that name their columns. */
  readonly labelColumn: string;
}

interface LabelledRow {
  readonly label: unknown;
  readonly values: readonly unknown[];
  /** Only in files that name their columns. */
  readonly names?: readonly string[];
}

type Reader = (body: Uint8Array, options: TrainingSetOptions) => Promise<LabelledRow[]>;

const READERS: Readonly<Record<string, Reader>> = {
  "text/csv": async (body) => linesOf(body).map(csvRow),
  "application/jsonlines": async (body, options) =>
    linesOf(body).map((line) => jsonRow(JSON.parse(line), options)),
  "application/x-parquet": async (body, options) => {
    const file = body.slice().buffer;
    return (await parquetReadObjects({ file, compressors })).map((row) => namedRow(row, options));
  },
};

/**
 * The training set in a channel's files: CSV with the label first and no header, as the built-in
 * algorithms take it; JSON Lines, each `{"label": 1, "features": [...]}` or by name; Parquet by name.
 * A value that is missing or no number counts as the mean of its column.
 *
 * @throws Error that says which file cannot be read, and why
 */
export async function readTrainingSet(
  files: readonly TrainingFile[],
  options: TrainingSetOptions,
): Promise<TrainingSet> {
  const rows: LabelledRow[] = [];
  for (const file of files) {
    const read = READERS[file.mediaType];
    if (read === undefined) {
      throw new RangeError(`${file.name}: ${file.mediaType}: must be ${Object.keys(READERS)}`);
    }
    try {
      for (const row of await read(file.body, options)) rows.push(row);
    } catch (cause) {
      throw new Error(`${file.name}: ${(cause as Error).message}`, { cause });
    }
  }
  const width = rows[0]?.values.length ?? 0;
  const features = options.features ?? rows[0]?.names ?? numbered(width);
  const numbers = rows.map(({ values }) => Float64Array.from(values, numberOf));
  fillWithMeans(numbers, features);
  return { features, rows: numbers, labels: rows.map(({ label }) => labelOf(label)) };
}

function csvRow(line: string): LabelledRow {
  const [label, ...values] = csvFields(line);
  return { label, values };
}

function jsonRow(row: unknown, options: TrainingSetOptions): LabelledRow {
  if (typeof row !== "object" || row === null) throw new RangeError("a line is no object");
  const { features } = row as { features?: unknown };
  if (!Array.isArray(features)) return namedRow(row as Record<string, unknown>, options);
  return { label: (row as Record<string, unknown>)[options.labelColumn], values: features };
}

function namedRow(
  row: Readonly<Record<string, unknown>>,
  { features, labelColumn }: TrainingSetOptions,
): LabelledRow {
  const names = features ?? Object.keys(row).filter((name) => name !== labelColumn);
  return { label: row[labelColumn], values: names.map((name) => plain(row[name])), names };
}

function plain(value: unknown): unknown {
  return typeof value === "bigint" || typeof value === "boolean" ? Number(value) : value;
}

function labelOf(label: unknown): number {
  return numberOf(plain(label));
}

function numbered(width: number): string[] {
  return Array.from({ length: width }, (_, index) => `feature_${index + 1}`);
}

function fillWithMeans(rows: readonly Float64Array[], features: readonly string[]): void {
  for (let column = 0; column < (rows[0]?.length ?? 0); column++) {
    const known = rows.map((row) => row[column]!).filter((value) => !Number.isNaN(value));
    if (known.length === rows.length) continue;
    if (known.length === 0)
      throw new RangeError(`${features[column]}: no row has a number: one must`);
    const mean = known.reduce((sum, value) => sum + value / known.length, 0);
    for (const row of rows) if (Number.isNaN(row[column])) row[column] = mean;
  }
}

function linesOf(body: Uint8Array): string[] {
  const text = new TextDecoder().decode(body);
  return text.split(/\r?\n/).filter((line) => line !== "");
}
