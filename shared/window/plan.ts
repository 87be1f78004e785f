import type { CheckDueDetail } from "../contracts/check-due.ts";
import { ALL_VARIANTS, type CheckName } from "../contracts/check-name.ts";
import type { MonitorDefinition } from "../contracts/monitor-definition.ts";
import type { Outcome } from "../contracts/outcome.ts";
import { HOUR_MILLIS, periodMillis, type Window, windowHolding } from "./window.ts";

/** What was captured of one variant in one hour of inference time. Counts only ever grow. */
export interface CapturedHour {
  readonly hourMillis: number;
  readonly variant: string;
  readonly objectCount: number;
  readonly recordCount: number;
}

/** What became of one window of one check and variant. */
export interface WindowRecord {
  readonly check: CheckName;
  readonly variant: string;
  readonly window: Window;
  /** Absent when it was never issued by a plan. */
  readonly issued?: { readonly objectCount: number; readonly atMillis: number };
  /** The last revision that was finished; absent until there is one. */
  readonly result?: WindowResult;
}

export interface WindowResult {
  readonly objectCount: number;
  readonly revision: number;
  readonly outcome: Outcome;
}

/** What a plan follows from: what was captured of an endpoint, and what became of its windows. */
export interface EndpointHistory {
  /** When the definition was last written: nothing is expected of windows before. */
  readonly definedAtMillis: number;
  readonly hours: readonly CapturedHour[];
  readonly windows: readonly WindowRecord[];
}

/** Captured hours and windows older than this are no longer planned. */
export const LOOK_BACK_MILLIS = 35 * 24 * HOUR_MILLIS;

/** A check that was issued and has no result is issued again after this long. */
export const RETRY_AFTER_MILLIS = 3 * HOUR_MILLIS;

export interface PlanInput {
  readonly definition: MonitorDefinition;
  readonly history: EndpointHistory;
  /** The time of the event that asks for the plan, never a clock's. */
  readonly nowMillis: number;
  readonly watermarkMillis: number;
}

/** The checks that an endpoint's definition asks for, with their periods. */
export function periodsOf(definition: MonitorDefinition): { check: CheckName; millis: number }[] {
  return [{ check: "data-quality", millis: periodMillis(definition.checks.dataQuality.every) }];
}

/**
 * The checks to issue now, oldest window first.
 *
 * A window is due once it has ended and the watermark has passed. It is issued once, again when more
 * objects were captured of it than it was issued or finished with, and again when no result came. The
 * endpoint's aggregate is always issued, so that an empty window is reported; variants are too when the
 * window has more than one.
 */
export function planChecks(input: PlanInput): CheckDueDetail[] {
  return periodsOf(input.definition)
    .flatMap(({ check, millis }) =>
      endedWindows(input, millis).flatMap((window) => dueOfWindow(input, check, window)),
    )
    .sort((a, b) => Date.parse(a.window.from) - Date.parse(b.window.from));
}

/** What is known of an endpoint must reach back to this instant for a plan to be right. */
export function knownFromMillis(definition: MonitorDefinition, nowMillis: number): number {
  const starts = periodsOf(definition).map(
    ({ millis }) => windowHolding(nowMillis - LOOK_BACK_MILLIS, millis).fromMillis,
  );
  return Math.min(...starts);
}

function endedWindows({ history, nowMillis, watermarkMillis }: PlanInput, everyMillis: number) {
  const firstKnownMillis = Math.min(
    history.definedAtMillis,
    ...history.hours.map(({ hourMillis }) => hourMillis),
    ...history.windows.map(({ window }) => window.fromMillis),
  );
  const windows: Window[] = [];
  let window = windowHolding(Math.max(firstKnownMillis, nowMillis - LOOK_BACK_MILLIS), everyMillis);
  while (window.toMillis + watermarkMillis <= nowMillis) {
    windows.push(window);
    window = windowHolding(window.toMillis, everyMillis);
  }
  return windows;
}

function dueOfWindow(
  { definition, history, nowMillis }: PlanInput,
  check: CheckName,
  window: Window,
): CheckDueDetail[] {
  const hours = history.hours.filter(
    ({ hourMillis }) => hourMillis >= window.fromMillis && hourMillis < window.toMillis,
  );
  const names = [...new Set(hours.map(({ variant }) => variant))].sort();
  const variants = names.length > 1 ? [ALL_VARIANTS, ...names] : [ALL_VARIANTS];
  return variants.flatMap((variant) => {
    const objectCount = hours
      .filter((hour) => variant === ALL_VARIANTS || hour.variant === variant)
      .reduce((sum, hour) => sum + hour.objectCount, 0);
    const record = history.windows.find(
      (known) =>
        known.check === check &&
        known.variant === variant &&
        known.window.fromMillis === window.fromMillis &&
        known.window.toMillis === window.toMillis,
    );
    const cause = causeOf(record, objectCount, nowMillis);
    if (cause === null) return [];
    const { endpoint } = definition;
    return [{ endpoint, variant, check, window: isoWindow(window), cause, objectCount }];
  });
}

function causeOf(
  record: WindowRecord | undefined,
  objectCount: number,
  nowMillis: number,
): CheckDueDetail["cause"] | null {
  const finishedCount = record?.result?.objectCount ?? -1;
  const issued = record?.issued;
  if (finishedCount >= objectCount) return null;
  if (issued === undefined) return finishedCount < 0 ? "due" : "late";
  if (objectCount > issued.objectCount) return "late";
  return nowMillis - issued.atMillis >= RETRY_AFTER_MILLIS ? "retry" : null;
}

export function isoWindow(window: Window): { from: string; to: string } {
  return { from: isoSeconds(window.fromMillis), to: isoSeconds(window.toMillis) };
}

/** `2026-01-15T10:00:00Z`. */
export function isoSeconds(millis: number): string {
  return `${new Date(millis).toISOString().slice(0, 19)}Z`;
}
