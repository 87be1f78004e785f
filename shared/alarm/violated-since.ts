import { ALL_VARIANTS, type CheckName } from "../contracts/check-name.ts";
import type { WindowRecord } from "../window/plan.ts";

/** The newest conclusive window of a check; the aggregate's and violated ones are preferred. */
export function newestConclusive(
  windows: readonly WindowRecord[],
  check: CheckName,
): WindowRecord | undefined {
  return conclusiveOf(windows, check).at(-1);
}

/** The newest violated window of a check, the aggregate's if it is. */
export function newestViolated(
  windows: readonly WindowRecord[],
  check: CheckName,
): WindowRecord | undefined {
  return conclusiveOf(windows, check).findLast(isViolated);
}

/** How much more there is to tell of a check than its newest violated window. */
export interface OtherWindows {
  /** Other violated windows of the same variant, in the unbroken run that ends with it. */
  readonly alsoViolatedCount: number;
  /** Newer windows that were sent to be checked and have no result yet. */
  readonly unfinishedCount: number;
}

export function otherWindows(
  windows: readonly WindowRecord[],
  violated: WindowRecord,
): OtherWindows {
  const newer = windows.filter(
    ({ check, variant, window }) =>
      check === violated.check &&
      variant === ALL_VARIANTS &&
      window.fromMillis >= violated.window.toMillis,
  );
  return {
    alsoViolatedCount: runBefore(windows, violated).length,
    unfinishedCount: newer.filter(({ issued, result }) => issued && !result).length,
  };
}

/**
 * Start of the unbroken run of violated windows that ends with the given one, of the same variant.
 * Inconclusive windows do not break a run: nothing was measured in them.
 */
export function violatedSinceMillis(
  windows: readonly WindowRecord[],
  violated: WindowRecord,
): number {
  return (runBefore(windows, violated).at(-1) ?? violated).window.fromMillis;
}

/** The violated windows before the given one up to the last that is not, newest first. */
function runBefore(windows: readonly WindowRecord[], violated: WindowRecord): WindowRecord[] {
  const earlier = conclusiveOf(windows, violated.check)
    .filter(
      ({ variant, window }) =>
        variant === violated.variant && window.fromMillis < violated.window.fromMillis,
    )
    .reverse();
  const end = earlier.findIndex((record) => !isViolated(record));
  return end === -1 ? earlier : earlier.slice(0, end);
}

function conclusiveOf(windows: readonly WindowRecord[], check: CheckName): WindowRecord[] {
  const rank = (record: WindowRecord) =>
    (isViolated(record) ? 2 : 0) + (record.variant === ALL_VARIANTS ? 1 : 0);
  return windows
    .filter((record) => record.check === check && record.result !== undefined)
    .filter(({ result }) => result?.outcome.outcome !== "inconclusive")
    .sort((a, b) => a.window.toMillis - b.window.toMillis || rank(a) - rank(b));
}

function isViolated({ result }: WindowRecord): boolean {
  return result?.outcome.outcome === "violated";
}
