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

/**
 * Start of the unbroken run of violated windows that ends with the given one, of the same variant.
 * Inconclusive windows do not break a run: nothing was measured in them.
 */
export function violatedSinceMillis(
  windows: readonly WindowRecord[],
  violated: WindowRecord,
): number {
  const earlier = conclusiveOf(windows, violated.check).filter(
    ({ variant, window }) =>
      variant === violated.variant && window.fromMillis < violated.window.fromMillis,
  );
  let { fromMillis } = violated.window;
  for (const record of earlier.reverse()) {
    if (!isViolated(record)) break;
    ({ fromMillis } = record.window);
  }
  return fromMillis;
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
