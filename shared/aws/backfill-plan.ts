import type { BackfillPlanTask } from "../contracts/backfill-task.ts";
import { CHECK_DUE } from "../contracts/check-due.ts";
import { ALL_VARIANTS } from "../contracts/check-name.ts";
import { MonitoringError } from "../contracts/monitoring-error.ts";
import type { TaskValue } from "../contracts/self-healing/tasks.ts";
import { type BackfillWindow, pageOf, planBackfill } from "../window/backfill.ts";
import { isoWindow, periodsOf } from "../window/plan.ts";
import { readCapturedHours } from "./captured-hours.ts";
import { findDefinition } from "./monitors.ts";

/** What a state of the machine holds is limited to 256 KiB. */
const WINDOWS_AT_ONCE = 400;

/**
 * The checks to make now, as the events that a plan would send, and where the next ones begin: empty when
 * there are none, as variables of a state machine that are null are hard to read.
 */
export interface PlannedBackfill extends TaskValue<"planned" | "nothing"> {
  readonly events?: readonly object[];
  readonly next?: string;
}

/** Plans the next windows of a backfill; the same task plans the same windows. */
export async function planNextWindows(task: BackfillPlanTask): Promise<PlannedBackfill> {
  const { request, startedAt, after } = task;
  const { endpoint, check } = request;
  const asOf = request.asOf ?? startedAt;
  const windows = await findWindows(task);
  if (windows instanceof MonitoringError) return { outcome: "nothing", reason: windows.message };
  const page = pageOf(windows, after === "" ? null : after, WINDOWS_AT_ONCE);
  if (page.windows.length === 0) {
    const range = `${request.from} to ${request.to}`;
    return { outcome: "nothing", reason: `${range}: no window of ${check} ended with captures` };
  }
  const events = page.windows.map((window) => ({
    id: `${endpoint}/${window.variant}/${check}/${window.window.from}`,
    source: "plumbline.backfill",
    time: asOf,
    "detail-type": CHECK_DUE,
    detail: { ...window, cause: "requested", plannedAt: asOf },
  }));
  const reason = `${windows.length} windows, ${events.length} of them now`;
  return { outcome: "planned", reason, events, next: page.next ?? "" };
}

/** All windows of a backfill, or why there are none. */
export async function findWindows({
  request,
  startedAt,
}: Pick<BackfillPlanTask, "request" | "startedAt">): Promise<BackfillWindow[] | MonitoringError> {
  const { endpoint, check, variant, isOneWindow = false, asOf = startedAt } = request;
  const range = { fromMillis: Date.parse(request.from), toMillis: Date.parse(request.to) };
  const definition = await findDefinition(endpoint);
  if (definition instanceof MonitoringError) return definition;
  const period = periodsOf(definition).find((known) => known.check === check);
  if (period === undefined) {
    const rule = `${endpoint} has none: its definition must name it under checks`;
    return new MonitoringError("check-not-defined", `check ${check}: ${rule}`);
  }
  if (isOneWindow) {
    return [{ endpoint, check, variant: variant ?? ALL_VARIANTS, window: isoWindow(range) }];
  }
  const known = await readCapturedHours(endpoint, range.fromMillis);
  return planBackfill({
    ...{ endpoint, check, range, everyMillis: period.millis, nowMillis: Date.parse(asOf) },
    ...(variant === undefined ? {} : { variant }),
    hours: known.filter(({ hourMillis }) => hourMillis < range.toMillis),
  });
}
