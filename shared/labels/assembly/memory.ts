// One bump allocator: a join only ever adds, and its memory goes with its instance.

/** Bytes that SIMD loads may touch behind the end of a text. */
const PADDING: usize = 32;
export const INPUT_BYTES: usize = 1 << 18;

let top: usize = 0;
let stageBytes: usize = 0;
let stageAt: usize = 0;

export let inputAt: usize = 0;

/** Zeroed memory, since no byte is ever used twice. */
export function allocate(bytes: usize): usize {
  const at = (top + 7) & ~7;
  top = at + bytes;
  const missing = <i32>((top + PADDING) >> 16) + 1 - memory.size();
  if (missing > 0 && memory.grow(max(missing, memory.size() >> 2)) < 0) {
    if (memory.grow(missing) < 0) unreachable();
  }
  return at;
}

export function reserveRegions(): void {
  top = __heap_base;
  inputAt = allocate(INPUT_BYTES + 2 * PADDING);
}

/** Where the host puts the texts of a line that it read itself. */
export function stage(bytes: usize): usize {
  if (bytes > stageBytes) {
    stageBytes = max(bytes, 1 << 12);
    stageAt = allocate(stageBytes + PADDING);
  }
  return stageAt;
}

/** A copy that stays. */
export function keep(at: usize, bytes: usize): usize {
  const kept = allocate(bytes);
  memory.copy(kept, at, bytes);
  return kept;
}
