import type { LabelledRequest } from "./labelled-requests.ts";

export interface TimeSplit {
  /** Oldest first; no training row is as new as the oldest of the holdout. */
  readonly train: readonly LabelledRequest[];
  readonly holdout: readonly LabelledRequest[];
  /** Half open, of inference time; `cutMillis` is the first instant of the holdout. */
  readonly fromMillis: number;
  readonly cutMillis: number;
  readonly toMillis: number;
  readonly tooOldCount: number;
}

/**
 * Splits rows by time, the newest last: what is learned is always older than what it is tried on, as it
 * is in production. Rows of one instant stay together.
 *
 * @param rows at least one
 */
export function splitByTime(
  rows: readonly LabelledRequest[],
  limits: {
    readonly windowMillis: number;
    readonly holdout: number;
    readonly maximumRows?: number | undefined;
  },
): TimeSplit {
  const sorted = [...rows].sort(compareRows);
  const toMillis = sorted.at(-1)!.inferenceMillis + 1;
  const oldest = toMillis - limits.windowMillis;
  const newest = sorted
    .filter(({ inferenceMillis }) => inferenceMillis >= oldest)
    .slice(-(limits.maximumRows ?? sorted.length));
  const holdoutCount = Math.max(1, Math.round(newest.length * limits.holdout));
  const cutMillis = newest.at(-Math.min(holdoutCount, newest.length))!.inferenceMillis;
  return {
    train: newest.filter(({ inferenceMillis }) => inferenceMillis < cutMillis),
    holdout: newest.filter(({ inferenceMillis }) => inferenceMillis >= cutMillis),
    fromMillis: newest[0]!.inferenceMillis,
    cutMillis,
    toMillis,
    tooOldCount: rows.length - newest.length,
  };
}

/** No order of arrival or storage shows. */
function compareRows(a: LabelledRequest, b: LabelledRequest): number {
  return (
    a.inferenceMillis - b.inferenceMillis || (a.id < b.id ? -1 : a.id > b.id ? 1 : a.row - b.row)
  );
}
