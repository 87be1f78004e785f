import { readFileSync } from "node:fs";

/** One customer: the label, and the features as the texts they have in the file. */
export interface ChurnRow {
  readonly label: 0 | 1;
  readonly values: readonly string[];
}

export interface ChurnData {
  /** Names of the features, in the order in which the model takes them. */
  readonly features: readonly string[];
  readonly rows: readonly ChurnRow[];
}

const FOLDER = new URL("./data/", import.meta.url);

/** The 2,333 rows on which the champion is trained. */
export function readTrainingRows(): ChurnData {
  const [header, ...lines] = linesOf("training.csv");
  const features = header!.split(",").slice(1);
  return { features, rows: lines.map(rowOf) };
}

/** All 2,999 labelled rows: the training rows and those held back. */
export function readAllRows(): ChurnData {
  const { features, rows } = readTrainingRows();
  return { features, rows: [...rows, ...linesOf("validation.csv").map(rowOf)] };
}

/** The features of one row as numbers; what is empty or no number is NaN. */
export function numbersOf({ values }: Pick<ChurnRow, "values">): Float64Array {
  return Float64Array.from(values, (text) => (text.trim() === "" ? Number.NaN : Number(text)));
}

function linesOf(file: string): string[] {
  return readFileSync(new URL(file, FOLDER), "utf8").trimEnd().split("\n");
}

function rowOf(line: string): ChurnRow {
  const [label, ...values] = line.split(",");
  return { label: label === "1" ? 1 : 0, values };
}
