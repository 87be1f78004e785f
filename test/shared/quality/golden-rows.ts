import type { BinaryRows } from "../../../shared/quality/labelled-rows.ts";

/** Rows of counted cells `[probability, prediction, label, count]`, in their order. */
export function rowsOfCells(cells: readonly number[][]): BinaryRows {
  const rows = cells.flatMap(([probability, prediction, label, count]) =>
    Array.from({ length: count! }, () => [probability!, prediction!, label!] as const),
  );
  return {
    problem: "binary-classification",
    probabilities: Float64Array.from(rows, ([probability]) => probability),
    predictions: Uint8Array.from(rows, ([, prediction]) => prediction),
    labels: Uint8Array.from(rows, ([, , label]) => label),
  };
}
