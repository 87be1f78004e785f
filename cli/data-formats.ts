/** What training data and captures can be read from. */
export const DATA_FORMATS = ["csv", "jsonl", "parquet", "captures"] as const;

export type DataFormat = (typeof DATA_FORMATS)[number];
