// What the kernel asks of its host: rare, since labels of one id rarely come at one time.

/** Whether a label's content stands against the entry's of the same time: above 0 when it does. */
export declare function compareContents(
  kind: u32,
  data: usize,
  length: u32,
  entry: usize,
): i32;
