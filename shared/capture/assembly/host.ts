// What the kernel asks of its host. Both are rare: a number that is long or far out, a full block.

/** Value of a text that is known to be a number, as the host rounds it. */
export declare function parseRareNumber(at: usize, length: u32): f64;

/** Takes over a sorted block of a column's values, each standing for 2^level values. */
export declare function takeSortedBlock(column: u32, at: usize, count: u32, level: u32): void;
