import type { SideRow } from "../capture/json-rows.ts";

/** What is known of the columns that an endpoint is sent. */
export interface KnownFeatures {
  /** The features of the champion's baseline, outputs first where it describes them. */
  readonly names: readonly string[];
  readonly describes: "outputs-and-inputs" | "inputs";
}

/** A row's inputs by the names of their columns; null when it has other columns than are known. */
export function inputNames(
  inputs: SideRow,
  outputs: SideRow | null,
  known: KnownFeatures | null,
): readonly string[] | null {
  if (inputs.names !== null) return inputs.names;
  const inputCount = inputs.cells.length;
  const outputCount = outputs?.cells.length ?? null;
  // Without names a column is called by its place among all, as Model Monitor calls it.
  if (known === null) {
    return Array.from({ length: inputCount }, (_, index) => `_c${(outputCount ?? 0) + index}`);
  }
  const { names, describes } = known;
  const skippedCount = names.length - inputCount;
  const fits =
    describes === "inputs"
      ? skippedCount === 0
      : skippedCount >= 0 && (outputCount === null || skippedCount === outputCount);
  return fits ? names.slice(skippedCount) : null;
}

/** Whether a definition means this column; a named one may carry the side that its baseline adds. */
export function isNamed(column: string, names: readonly string[]): boolean {
  return names.includes(column) || names.includes(`input.${column}`);
}
