/**
 * Why a line could not be profiled. The names are stable: metrics, reports and tests key on them.
 */
export const QUARANTINE_REASONS = [
  "line-too-long",
  "not-utf-8",
  "nul-bytes",
  "truncated-json",
  "invalid-json",
  "not-an-object",
  "no-capture-data",
  "invalid-data",
  "unknown-encoding",
  "invalid-base64",
  "invalid-csv",
  "invalid-json-body",
  "nested-json",
  "duplicate-columns",
  "empty-data",
  "unequal-row-counts",
  "invalid-inference-time",
  "column-name-too-long",
  "too-many-columns",
  "too-many-shapes",
  "too-many-hours",
  "invalid-gzip",
] as const;

export type QuarantineReason = (typeof QUARANTINE_REASONS)[number];

/** One line that was not profiled. A bounded number of them is kept; all of them are counted. */
export interface QuarantinedLine {
  /** Counted from 1 in the object, after decompression; blank lines count. */
  readonly lineNumber: number;
  readonly reason: QuarantineReason;
  /** The beginning of the line as text, invalid bytes replaced. */
  readonly excerpt: string;
}
