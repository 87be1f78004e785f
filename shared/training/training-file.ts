import { parquetWriteBuffer } from "hyparquet-writer";
import type { ColumnKind, TrainingColumn } from "../contracts/self-healing/training-set.ts";
import { csvLine } from "./csv-line.ts";
import type { LabelledRequest } from "./labelled-requests.ts";
import { cellsOf, type TableShape, typedCell } from "./training-table.ts";

/** Bytes of a file in chunks, from the start each time they are asked for. */
export type FileBytes = Iterable<Uint8Array>;

/** Rows that are written with the same columns. */
export interface TrainingRows {
  readonly rows: readonly LabelledRequest[];
  readonly shape: TableShape;
  readonly columns: readonly TrainingColumn[];
  readonly labelKind: ColumnKind;
}

/** The column that a file with names keeps the label in. */
const LABEL = "label";

export const EXTENSIONS = { csv: "csv", jsonlines: "jsonl", parquet: "parquet" } as const;

/**
 * Rows with their label. CSV has it first and no header, as SageMaker's built-in algorithms read it; in
 * the other formats it is the column `label`, before the others too.
 */
export function trainingFile(table: TrainingRows, format: keyof typeof EXTENSIONS): FileBytes {
  if (format === "parquet") return { [Symbol.iterator]: () => parquetChunks(table) };
  const { rows, shape } = table;
  if (format === "csv") {
    return linesFile(rows, (row) => csvLine([row.label, ...cellsOf(row, shape)]));
  }
  return linesFile(rows, (row) => JSON.stringify(namedValues(table, row)));
}

/** The inputs alone, as the endpoint takes them: CSV rows, or a JSON document a line. */
export function inputsFile(
  { rows, shape, columns }: TrainingRows,
  format: "csv" | "json",
): FileBytes {
  if (format === "csv") return linesFile(rows, (row) => csvLine(cellsOf(row, shape)));
  return linesFile(rows, (row) => {
    const values = cellsOf(row, shape).map((cell, index) => typedCell(cell, columns[index]!.kind));
    if (shape.isPlaced) return JSON.stringify(values);
    return JSON.stringify(Object.fromEntries(values.map((each, at) => [columns[at]!.name, each])));
  });
}

/** A line for each row. */
export function linesFile<Row>(rows: readonly Row[], lineOf: (row: Row) => string): FileBytes {
  return { [Symbol.iterator]: () => lineChunks(rows, lineOf) };
}

const CHUNK_LENGTH = 1 << 20;

function* lineChunks<Row>(
  rows: readonly Row[],
  lineOf: (row: Row) => string,
): Generator<Uint8Array> {
  const encoder = new TextEncoder();
  let text = "";
  for (const row of rows) {
    text += `${lineOf(row)}\n`;
    if (text.length < CHUNK_LENGTH) continue;
    yield encoder.encode(text);
    text = "";
  }
  if (text !== "") yield encoder.encode(text);
}

function namedValues(
  { shape, columns, labelKind }: TrainingRows,
  row: LabelledRequest,
): Record<string, unknown> {
  const cells = cellsOf(row, shape);
  return Object.fromEntries([
    [LABEL, typedCell(row.label, labelKind)],
    ...columns.map(({ name, kind }, index) => [name, typedCell(cells[index]!, kind)]),
  ]);
}

const PARQUET_TYPES = { number: "DOUBLE", boolean: "BOOLEAN", text: "STRING" } as const;

function* parquetChunks({ rows, shape, columns, labelKind }: TrainingRows): Generator<Uint8Array> {
  const cells = rows.map((row) => cellsOf(row, shape));
  const columnData = [
    {
      name: LABEL,
      type: PARQUET_TYPES[labelKind],
      data: rows.map(({ label }) => typedCell(label, labelKind)),
    },
    ...columns.map(({ name, kind }, index) => ({
      name,
      type: PARQUET_TYPES[kind],
      data: cells.map((row) => typedCell(row[index]!, kind)),
    })),
  ];
  yield new Uint8Array(parquetWriteBuffer({ columnData }));
}
