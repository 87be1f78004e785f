import type { AlarmKind } from "../alarm/alarms.ts";
import type { CheckResult, ConstraintCheckType } from "../contracts/check-result.ts";
import type { AnyCheckResult } from "../contracts/quality-result.ts";
import type { IncidentCause } from "../contracts/self-healing/incident.ts";

/** What an alarm stands for; `by-result` is told by the violated checks of its result. */
const CAUSE_OF_ALARM: Readonly<Record<AlarmKind, IncidentCause | "by-result">> = {
  "data-quality": "by-result",
  "not-run": "unmeasured",
  "model-quality": "quality-loss",
  "model-quality-not-run": "unmeasured",
  inconclusive: "unmeasured",
  "nothing-captured": "broken-feed",
  "rejected-labels": "broken-feed",
  "server-errors": "endpoint-health",
  latency: "endpoint-health",
};

/** A producer that changed types, columns or completeness is repaired; a changed world is learned. */
const CAUSE_OF_CHECK: Readonly<Record<ConstraintCheckType, IncidentCause>> = {
  data_type_check: "broken-feed",
  completeness_check: "broken-feed",
  missing_column_check: "broken-feed",
  extra_column_check: "broken-feed",
  baseline_drift_check: "drift",
  categorical_values_check: "drift",
};

/**
 * Why an alarm may have been raised.
 *
 * @param result the newest violated one of the alarm's check; null when there is none that can be read,
 *   and then nobody can tell a broken feed from drift
 */
export function alarmCauses(kind: AlarmKind, result: AnyCheckResult | null): IncidentCause[] {
  const cause = CAUSE_OF_ALARM[kind];
  if (cause !== "by-result") return [cause];
  const found = result?.check === "data-quality" ? violatedCauses(result) : [];
  return found.length === 0 ? ["unmeasured"] : found;
}

function violatedCauses({ checks }: CheckResult): IncidentCause[] {
  const violated = checks.filter(({ outcome }) => outcome === "violated");
  return [...new Set(violated.map(({ check }) => CAUSE_OF_CHECK[check]))].sort();
}
