// One bump allocator over the whole memory: a scan only ever adds, and the next scan starts over.

/**
 * Bytes that every reader may touch before and behind a text: SIMD loads do not stop at its ends.
 */
export const PADDING: usize = 32;
export const INPUT_BYTES: usize = 1 << 18;
export const STAGE_CELLS: u32 = 1 << 16;
/** A staged cell: address and length of its text; address 0 is a missing value. */
export const STAGE_CELL_BYTES: u32 = 8;
export const TEMPLATE_BYTES: usize = 1 << 17;

let top: usize = 0;
let floor: usize = 0;

export let inputAt: usize = 0;
export let scratchAt: usize = 0;
export let stageAt: usize = 0;
export let templateAt: usize = 0;

/** Zeroed memory that lives until the next reset. */
export function allocate(bytes: usize): usize {
  const at = (top + 15) & ~15;
  top = at + bytes;
  const missing = <i32>(top >> 16) + 1 - memory.size();
  if (missing > 0 && memory.grow(max(missing, 16)) < 0) unreachable();
  memory.fill(at, 0, bytes);
  return at;
}

/** Once, after instantiation: the regions that outlive resets. */
export function reserveRegions(): void {
  top = __heap_base;
  inputAt = allocate(INPUT_BYTES + 4 * PADDING) + PADDING;
  // Decoded bodies are never longer than the line that held them.
  scratchAt = allocate(2 * INPUT_BYTES + 4 * PADDING) + PADDING;
  stageAt = allocate(STAGE_CELLS * STAGE_CELL_BYTES);
  templateAt = allocate(TEMPLATE_BYTES);
}

export function keepRegions(): void {
  floor = top;
}

export function resetMemory(): void {
  top = floor;
}

export function usedBytes(): usize {
  return top;
}

/** Bytes at which the host wants to be asked before another line is counted. */
let limit: usize = usize.MAX_VALUE;

export function limitMemory(bytes: usize): void {
  limit = bytes;
}

export function isOverLimit(): bool {
  return top > limit;
}
