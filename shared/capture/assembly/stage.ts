import { STAGE_CELL_BYTES, STAGE_CELLS, stageAt } from "./memory";

// The cells of a line, kept aside until the whole line is known to be good.

/** Longer texts are counted under a digest, which the host makes. */
const LONGEST_TEXT: u32 = 256;

export let stagedCells: u32 = 0;

export function clearStage(): void {
  stagedCells = 0;
}

/**
 * Keeps a cell for later; address 0 is a missing value. False when the kernel cannot take the line.
 */
export function stageCell(at: usize, length: u32): bool {
  if (stagedCells == STAGE_CELLS || length > LONGEST_TEXT) return false;
  const cell = stageAt + stagedCells * STAGE_CELL_BYTES;
  store<u32>(cell, <u32>at);
  store<u32>(cell, length, 4);
  stagedCells++;
  return true;
}

/** Forgets the cells staged since there were `cells` of them. */
export function unstageTo(cells: u32): void {
  stagedCells = cells;
}
