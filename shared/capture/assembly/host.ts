// What the kernel asks of its host, rarely.

/** Value of a text that is known to be a number, as the host rounds it. */
export declare function parseRareNumber(at: usize, length: u32): f64;
