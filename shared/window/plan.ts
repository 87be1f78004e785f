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

/** Ground truth that arrived in one hour, of whatever inferences. The count only ever grows. */
export interface ArrivedLabels {
  readonly hourMillis: number;
  readonly writeCount: number;
}

/** What arrived in one hour, with what became of it. */
export interface ReceivedLabels extends ArrivedLabels {
  readonly acceptedCount: number;
  readonly duplicateCount: number;
  readonly rejectedCount: number;
}

/** How much was known of a window: each number only ever grows. */
export interface WindowInputs {
  readonly objectCount: number;
  /** Absent for a check that needs no labels. */
  readonly labelWriteCount?: number;
}

/** What became of one window of one check and variant. */
export interface WindowRecord {
  readonly check: CheckName;
  readonly variant: string;
  readonly window: Window;
  /** Absent when it was never issued by a plan. */
  readonly issued?: WindowInputs & { readonly atMillis: number };
  /** The last revision that was finished; absent until there is one. */
  readonly result?: WindowResult;
}

export interface WindowResult extends WindowInputs {
  readonly revision: number;
  readonly outcome: Outcome;
  /** Of a check that waits for labels: the time by which it was judged whether some may still come. */
  readonly asOfMillis?: number;
}

/** What a plan follows from: what was captured of an endpoint, and what became of its windows. */
export interface EndpointHistory {
  /** When the definition was last written: nothing is expected of windows before. */
  readonly definedAtMillis: number;
  readonly hours: readonly CapturedHour[];
  readonly windows: readonly WindowRecord[];
  /** By hour of arrival; absent when no check needs labels. */
  readonly labels?: readonly ReceivedLabels[];
}

const DAY_MILLIS = 24 * HOUR_MILLIS;

/** Captured hours and windows older than this are no longer planned by checks without labels. */
export const LOOK_BACK_MILLIS = 35 * DAY_MILLIS;

/** After the last label was expected, corrections still re-open a window for so long. */
export const CORRECTION_MILLIS = 14 * DAY_MILLIS;

/** A check that was issued and has no result is issued again after this long. */
export const RETRY_AFTER_MILLIS = 3 * HOUR_MILLIS;

export interface PlanInput {
  readonly definition: MonitorDefinition;
  readonly history: EndpointHistory;
  /** The time of the event that asks for the plan, never a clock's. */
  readonly nowMillis: number;
  readonly watermarkMillis: number;
}

/** A check that a definition asks for, and when. */
export interface CheckPeriod {
  readonly check: CheckName;
  readonly millis: number;
  /** How far back a window may have begun to be planned still, before one period is taken off. */
  readonly lookBackMillis: number;
  /** How long after a window's end its labels may come; null for a check without labels. */
  readonly labelsWithinMillis: number | null;
}

/** The checks that an endpoint's definition asks for, with their periods. */
export function periodsOf({ checks, labels }: MonitorDefinition): CheckPeriod[] {
  const dataQuality: CheckPeriod = {
    check: "data-quality",
    millis: periodMillis(checks.dataQuality.every),
    lookBackMillis: LOOK_BACK_MILLIS,
    labelsWithinMillis: null,
  };
  if (checks.modelQuality === undefined) return [dataQuality];
  const millis = periodMillis(checks.modelQuality.every);
  const labelsWithinMillis = periodMillis(labels.expectedWithin);
  const lookBackMillis = millis + labelsWithinMillis + CORRECTION_MILLIS;
  return [dataQuality, { check: "model-quality", millis, lookBackMillis, labelsWithinMillis }];
}

/**
 * The checks to issue now, oldest window first.
 *
 * A window is due once it has ended and the watermark has passed. It is issued once, again when more
 * objects were captured of it than it was issued or finished with, and again when no result came. A
 * check that joins labels is issued again when labels arrived since, and when the last of them were
 * expected. The endpoint's aggregate is always issued, so that an empty window is reported; variants are
 * too when the window has more than one.
 */
export function planChecks(input: PlanInput): CheckDueDetail[] {
  return periodsOf(input.definition)
    .flatMap((period) =>
      endedWindows(input, period).flatMap((window) => dueOfWindow(input, period, window)),
    )
    .sort((a, b) => Date.parse(a.window.from) - Date.parse(b.window.from));
}

/** What is known of an endpoint must reach back to this instant for a plan to be right. */
export function knownFromMillis(definition: MonitorDefinition, nowMillis: number): number {
  const starts = periodsOf(definition).map(
    ({ millis, lookBackMillis }) => windowHolding(nowMillis - lookBackMillis, millis).fromMillis,
  );
  return Math.min(...starts);
}

function endedWindows(
  { history, nowMillis, watermarkMillis }: PlanInput,
  { millis: everyMillis, lookBackMillis }: CheckPeriod,
): Window[] {
  const firstKnownMillis = Math.min(
    history.definedAtMillis,
    ...history.hours.map(({ hourMillis }) => hourMillis),
    ...history.windows.map(({ window }) => window.fromMillis),
  );
  const windows: Window[] = [];
  let window = windowHolding(Math.max(firstKnownMillis, nowMillis - lookBackMillis), everyMillis);
  while (window.toMillis + watermarkMillis <= nowMillis) {
    windows.push(window);
    window = windowHolding(window.toMillis, everyMillis);
  }
  return windows;
}

function dueOfWindow(
  { definition, history, nowMillis }: PlanInput,
  { check, labelsWithinMillis }: CheckPeriod,
  window: Window,
): CheckDueDetail[] {
  const hours = history.hours.filter(
    ({ hourMillis }) => hourMillis >= window.fromMillis && hourMillis < window.toMillis,
  );
  const names = [...new Set(hours.map(({ variant }) => variant))].sort();
  const variants = names.length > 1 ? [ALL_VARIANTS, ...names] : [ALL_VARIANTS];
  const labelled =
    labelsWithinMillis === null
      ? {}
      : { labelWriteCount: labelWriteCountOf(history.labels ?? [], window) };
  const maturedAtMillis = window.toMillis + (labelsWithinMillis ?? Infinity);
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
    const inputs: WindowInputs = { objectCount, ...labelled };
    const cause = causeOf(record, inputs, { nowMillis, maturedAtMillis });
    if (cause === null) return [];
    const { endpoint } = definition;
    const times = labelsWithinMillis === null ? {} : { plannedAt: isoSeconds(nowMillis) };
    return [{ endpoint, variant, check, window: isoWindow(window), cause, ...inputs, ...times }];
  });
}

/** Writes of ground truth since the window began; no label comes before its inference. */
export function labelWriteCountOf(
  labels: readonly ArrivedLabels[],
  { fromMillis }: Window,
): number {
  const firstHourMillis = Math.floor(fromMillis / HOUR_MILLIS) * HOUR_MILLIS;
  return labels
    .filter(({ hourMillis }) => hourMillis >= firstHourMillis)
    .reduce((sum, { writeCount }) => sum + writeCount, 0);
}

interface Times {
  readonly nowMillis: number;
  /** When the last of the window's labels were expected. */
  readonly maturedAtMillis: number;
}

function causeOf(
  record: WindowRecord | undefined,
  inputs: WindowInputs,
  { nowMillis, maturedAtMillis }: Times,
): CheckDueDetail["cause"] | null {
  const { issued, result } = record ?? {};
  const hasMatured = maturedAtMillis <= nowMillis;
  const isJudgedMature = !hasMatured || (result?.asOfMillis ?? 0) >= maturedAtMillis;
  if (result !== undefined && !exceeds(inputs, result) && isJudgedMature) return null;
  if (issued === undefined) return result === undefined ? "due" : "late";
  if (exceeds(inputs, issued)) return "late";
  if (hasMatured && issued.atMillis < maturedAtMillis) return "matured";
  return nowMillis - issued.atMillis >= RETRY_AFTER_MILLIS ? "retry" : null;
}

function exceeds(inputs: WindowInputs, known: WindowInputs): boolean {
  const { objectCount, labelWriteCount = 0 } = inputs;
  return objectCount > known.objectCount || labelWriteCount > (known.labelWriteCount ?? 0);
}

export function isoWindow(window: Window): { from: string; to: string } {
  return { from: isoSeconds(window.fromMillis), to: isoSeconds(window.toMillis) };
}

/** `2026-01-15T10:00:00Z`. */
export function isoSeconds(millis: number): string {
  return `${new Date(millis).toISOString().slice(0, 19)}Z`;
}
