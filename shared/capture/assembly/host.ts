// What the kernel asks of its host. Both are rare: a number that is long or far out, a full block.

/** Value of a text that is known to be a number, as the host rounds it. */
export declare function parseRareNumber(at: usize, length: u32): f64;

/** Takes over the last values of a column, sorted. */
export declare function takeSortedBlock(column: u32, at: usize, count: u32): void;

/** Takes over every 2^level-th value of a sorted block, from `offset` on. */
export declare function takeSample(
  column: u32,
  at: usize,
  count: u32,
  level: u32,
  offset: u32,
): void;
