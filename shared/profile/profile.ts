import type { ColumnState } from "../sketch/column-state.ts";

/**
 * The mergeable state of a set of captured rows.
 *
 * Rows of one shape share their columns. A shape is `{output}+{input}`, where each side is the number
 * of its positional columns (CSV, JSON arrays), `*` for named ones (JSON objects) or `-` when that
 * side was not captured: `1+69`, `*+*`, `1+-`. A row with one column more or less is another shape, so
 * a shifted row never spoils the columns of the others.
 */
export interface Profile {
  /** Capture records that were read, one for each request. */
  readonly recordCount: number;
  /** Rows in them; a request may carry several. */
  readonly rowCount: number;
  /** Lines that could not be read, by reason; their text is in the quarantine. */
  readonly quarantinedCounts: ReadonlyMap<string, number>;
  /** Earliest and latest inference time in milliseconds since the epoch; null when nothing was read. */
  readonly firstInferenceMillis: number | null;
  readonly lastInferenceMillis: number | null;
  readonly shapes: ReadonlyMap<string, ShapeProfile>;
}

export interface ShapeProfile {
  readonly rowCount: number;
  /**
   * Column id to its state. Positional ids are `o0`, `o1`, … for outputs and `i0`, `i1`, … for inputs;
   * named ones `o.score`, `i.age`, nested keys joined by dots (`i.features.0`).
   */
  readonly columns: ReadonlyMap<string, ColumnState>;
}
