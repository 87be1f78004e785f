import type { ConstraintCheckType } from "../contracts/check-result.ts";
import type { InconclusiveReason, Outcome } from "../contracts/outcome.ts";
import type { Profile } from "../profile/profile.ts";
import type { Checked } from "./checked.ts";

/** What a verdict rests on. */
export interface Evidence {
  readonly profile: Profile;
  readonly minimumRows: number;
  readonly isEvaluated: boolean;
  readonly checked: readonly Checked[];
}

/**
 * The verdict over all checks of a window. It is `passed` only when at least one constraint was
 * measured, and every one that was to be measured holds.
 */
export function decideOutcome(evidence: Evidence): Outcome {
  const { profile, minimumRows, isEvaluated, checked } = evidence;
  const { rowCount } = profile;
  if (rowCount === 0) return withoutRows(profile);
  if (!isEvaluated) {
    const rule = "evaluate_constraints is Disabled in the baseline's constraints";
    return inconclusive("checks-disabled", `${rows(rowCount)} but no check: ${rule}`);
  }
  if (rowCount < minimumRows) {
    const rule = `fewer than the ${minimumRows} that a verdict needs`;
    return inconclusive("too-few-rows", `${rows(rowCount)}: ${rule}`);
  }
  if (checked.some(({ check }) => check.outcome === "violated")) return { outcome: "violated" };
  return withoutViolations(checked);
}

function withoutRows({ recordCount, quarantinedCounts }: Profile): Outcome {
  const quarantined = [...quarantinedCounts.values()].reduce((sum, count) => sum + count, 0);
  if (recordCount === 0 && quarantined === 0) {
    return inconclusive("no-captures", "0 requests were captured in the window");
  }
  const reasons = [...quarantinedCounts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([reason, count]) => `${count} ${reason}`);
  const unread =
    quarantined === 0 ? "none with a row" : `${quarantined} unreadable (${reasons.join(", ")})`;
  return inconclusive("nothing-readable", `0 rows: ${recordCount} readable requests, ${unread}`);
}

function withoutViolations(checked: readonly Checked[]): Outcome {
  const open = checked.filter(({ check }) => check.outcome === "inconclusive");
  const isFeatureMeasured = checked.some(
    ({ check }) => check.outcome === "passed" && !COLUMN_CHECKS.has(check.check),
  );
  if (isFeatureMeasured && open.length === 0) return { outcome: "passed" };
  if (isFeatureMeasured) {
    const isUndecidable = open.every((check) => check.isUndecidable === true);
    const reason = isUndecidable ? "undecidable-by-sketch" : "partly-compared";
    return inconclusive(reason, explainOpen(open, checked.length));
  }
  const nothing = "the columns are those of the baseline, but 0 constraints of features apply";
  return inconclusive(
    "nothing-compared",
    open.length === 0 ? nothing : explainOpen(open, checked.length),
  );
}

/** That the columns are there says nothing about what is in them. */
const COLUMN_CHECKS: ReadonlySet<string> = new Set<ConstraintCheckType>([
  "missing_column_check",
  "extra_column_check",
]);

function explainOpen(open: readonly Checked[], total: number): string {
  const { feature, check, explanation = "" } = open[0]!.check;
  const place = `${check} of "${feature}"`;
  return `${open.length} of ${total} checks gave no verdict, first ${place}: ${explanation}`;
}

function inconclusive(reason: InconclusiveReason, explanation: string): Outcome {
  return { outcome: "inconclusive", reason, explanation };
}

const rows = (count: number): string => (count === 1 ? "1 row" : `${count} rows`);
