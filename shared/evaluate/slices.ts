import type { Cell } from "../capture/csv-rows.ts";
import { readBody } from "../capture/payload-rows.ts";
import { MonitoringError } from "../contracts/monitoring-error.ts";
import type { EvaluationDefinition } from "../contracts/rollout-definition.ts";
import type { TrainingDataset } from "../contracts/self-healing/training-set.ts";

/** The rows in which a feature has a value. */
export interface Slice {
  readonly feature: string;
  readonly value: string;
  /** Ascending. */
  readonly rows: Uint32Array;
}

/** Values of a feature that are slices of their own when the definition names none. */
const FREQUENT_VALUES = 20;

/**
 * The slices of a holdout: of each feature the values that the definition names, or the most frequent
 * ones. A feature that no column has gives one slice without rows, so that nobody takes it for measured.
 *
 * @param inputs the text of the holdout's inputs
 * @throws MonitoringError `holdout-unreadable`
 */
export function slicesOf(
  definition: EvaluationDefinition["slices"],
  inputs: string,
  { columns, holdoutContentType }: Pick<TrainingDataset, "columns" | "holdoutContentType">,
): Slice[] {
  if (definition.length === 0) return [];
  const format = holdoutContentType === "application/json" ? "json" : "csv";
  const read = readBody({ format, text: inputs });
  if (typeof read === "string") {
    throw new MonitoringError("holdout-unreadable", `holdout inputs: ${read}: must be ${format}`);
  }
  return definition.flatMap(({ feature, values }) => {
    const place = columns.findIndex(({ name }) => name === feature);
    if (place === -1) return [{ feature, value: "", rows: new Uint32Array() }];
    const cells = read.map((row) => row.cells[row.names?.indexOf(feature) ?? place] ?? null);
    const wanted = values?.map(String) ?? frequentValues(cells);
    return wanted.map((value) => ({ feature, value, rows: rowsWith(cells, value) }));
  });
}

/** The most frequent ones first; equally frequent ones by code unit. */
function frequentValues(cells: readonly Cell[]): string[] {
  const counts = new Map<string, number>();
  for (const cell of cells) if (cell !== null) counts.set(cell, (counts.get(cell) ?? 0) + 1);
  return [...counts]
    .sort(([a, ofA], [b, ofB]) => ofB - ofA || (a < b ? -1 : 1))
    .slice(0, FREQUENT_VALUES)
    .map(([value]) => value);
}

function rowsWith(cells: readonly Cell[], value: string): Uint32Array {
  const number = value.trim() === "" ? Number.NaN : Number(value);
  const isValue = (cell: Cell) =>
    cell === value || (cell !== null && cell.trim() !== "" && Number(cell) === number);
  return Uint32Array.from(cells.flatMap((cell, row) => (isValue(cell) ? [row] : [])));
}
