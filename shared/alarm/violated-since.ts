import { ALL_VARIANTS, type CheckName } from "../contracts/check-name.ts";
import type { WindowRecord } from "../window/plan.ts";

/** The newest conclusive window of a check, violated ones and the aggregate preferred; undefined without. */
export function newestConclusive(
  windows: readonly WindowRecord[],
  check: CheckName,
): WindowRecord | undefined {
  return conclusiveOf(windows, check).at(-1);
}

/**
 * Start of the unbroken run of violated windows that ends with the newest conclusive one, of the same
 * variant. Inconclusive windows do not break a run: nothing was measured in them.
 */
export function violatedSinceMillis(
  windows: readonly WindowRecord[],
  newest: WindowRecord,
): number | undefined {
  const ofVariant = conclusiveOf(windows, newest.check).filter(
    ({ variant }) => variant === newest.variant,
  );
  let since: number | undefined;
  for (const record of ofVariant.reverse()) {
    if (record.result?.outcome.outcome !== "violated") break;
    since = record.window.fromMillis;
  }
  return since;
}

function conclusiveOf(windows: readonly WindowRecord[], check: CheckName): WindowRecord[] {
  const rank = ({ result, variant }: WindowRecord) =>
    (result?.outcome.outcome === "violated" ? 2 : 0) + (variant === ALL_VARIANTS ? 1 : 0);
  return windows
    .filter((record) => record.check === check && record.result !== undefined)
    .filter(({ result }) => result?.outcome.outcome !== "inconclusive")
    .sort((a, b) => a.window.toMillis - b.window.toMillis || rank(a) - rank(b));
}
