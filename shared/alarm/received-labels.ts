import type { ReceivedLabels } from "../window/plan.ts";
import { HOUR_MILLIS } from "../window/window.ts";

/** Batches come once a day: fewer hours would forget the last one before it is looked into. */
export const RECEIVED_HOURS = 24;

/** What was received of an endpoint's labels within the last day. */
export interface LabelTotals {
  readonly acceptedCount: number;
  readonly duplicateCount: number;
  readonly rejectedCount: number;
}

export function labelTotals(hours: readonly ReceivedLabels[], nowMillis: number): LabelTotals {
  const recent = hours.filter(
    ({ hourMillis }) =>
      hourMillis > nowMillis - (RECEIVED_HOURS + 1) * HOUR_MILLIS && hourMillis <= nowMillis,
  );
  const sum = (name: keyof LabelTotals) => recent.reduce((total, hour) => total + hour[name], 0);
  return {
    acceptedCount: sum("acceptedCount"),
    duplicateCount: sum("duplicateCount"),
    rejectedCount: sum("rejectedCount"),
  };
}

/** Of all that was received; null when nothing was. */
export function rejectedFraction(totals: LabelTotals): number | null {
  const { acceptedCount, duplicateCount, rejectedCount } = totals;
  const receivedCount = acceptedCount + duplicateCount + rejectedCount;
  return receivedCount === 0 ? null : rejectedCount / receivedCount;
}
