import type { CheckDueDetail } from "../contracts/check-due.ts";
import { ALL_VARIANTS, type CheckName } from "../contracts/check-name.ts";
import { type CapturedHour, isoWindow } from "./plan.ts";
import { type Window, windowHolding } from "./window.ts";

export interface BackfillInput {
  readonly endpoint: string;
  readonly check: CheckName;
  /** How long the windows of the check are. */
  readonly everyMillis: number;
  /** Windows that lie within it are checked, from the first one on in which anything was captured. */
  readonly range: Window;
  /** One variant; without it those that a plan issues. */
  readonly variant?: string;
  /** What was captured in the range. */
  readonly hours: readonly CapturedHour[];
  /** Windows that end later have not ended. */
  readonly nowMillis: number;
}

/** Which window of which variant. */
export type BackfillWindow = Pick<CheckDueDetail, "endpoint" | "variant" | "check" | "window">;

/** The windows that a backfill checks again, the oldest first. */
export function planBackfill(input: BackfillInput): BackfillWindow[] {
  const { endpoint, check, hours, range } = input;
  const first = Math.min(...hours.map(({ hourMillis }) => hourMillis));
  return windowsWithin(input)
    .filter(({ toMillis }) => toMillis > Math.max(first, range.fromMillis))
    .flatMap((window) =>
      variantsOf(input, window).map((variant) => {
        return { endpoint, variant, check, window: isoWindow(window) };
      }),
    );
}

/** As many of the windows as one step of a state machine should hold. */
export interface BackfillPage {
  readonly windows: readonly BackfillWindow[];
  /** Where the next page begins; null when this is the last one. */
  readonly next: string | null;
}

/** The windows that begin at `after` or later, all variants of a window on one page. */
export function pageOf(
  windows: readonly BackfillWindow[],
  after: string | null,
  countMax: number,
): BackfillPage {
  const startMillis = after === null ? -Infinity : Date.parse(after);
  const rest = windows.filter(({ window }) => Date.parse(window.from) >= startMillis);
  const next = rest[countMax]?.window.from;
  if (next === undefined) return { windows: rest, next: null };
  // A window with more variants than fit would never be left behind.
  const begun = rest.findIndex(({ window }) => window.from === next);
  const end = begun > 0 ? begun : rest.findIndex(({ window }) => window.from !== next);
  if (end === -1) return { windows: rest, next: null };
  return { windows: rest.slice(0, end), next: rest[end]!.window.from };
}

function windowsWithin({ everyMillis, range, nowMillis }: BackfillInput): Window[] {
  const windows: Window[] = [];
  const endMillis = Math.min(range.toMillis, nowMillis);
  for (
    let window = windowHolding(range.fromMillis + everyMillis - 1, everyMillis);
    window.toMillis <= endMillis;
    window = windowHolding(window.toMillis, everyMillis)
  ) {
    windows.push(window);
  }
  return windows;
}

/** Variants apart only where there is more than one, as in a plan. */
function variantsOf({ variant, hours }: BackfillInput, window: Window): string[] {
  if (variant !== undefined) return [variant];
  const inWindow = hours.filter(
    ({ hourMillis }) => hourMillis >= window.fromMillis && hourMillis < window.toMillis,
  );
  const names = [...new Set(inWindow.map((hour) => hour.variant))].sort();
  return names.length > 1 ? [ALL_VARIANTS, ...names] : [ALL_VARIANTS];
}
