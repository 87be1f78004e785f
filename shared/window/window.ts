import { MonitoringError } from "../contracts/monitoring-error.ts";

/** A half-open UTC interval `[from, to)` of inference time, in milliseconds since the epoch. */
export interface Window {
  readonly fromMillis: number;
  readonly toMillis: number;
}

export const HOUR_MILLIS = 3_600_000;
const DAY_MILLIS = 24 * HOUR_MILLIS;
/** The epoch was a Thursday; every period is anchored at a Monday 00:00 UTC. */
const FIRST_MONDAY_MILLIS = 4 * DAY_MILLIS;

const PERIOD = /^(?:PT(?<hours>[1-9]\d{0,4})H|P(?<days>[1-9]\d{0,3})D|P(?<weeks>[1-9]\d{0,2})W)$/;

/**
 * Milliseconds of an ISO 8601 duration in whole hours, days or weeks, such as `PT1H`, `P1D`, `P2W`.
 *
 * @throws MonitoringError `invalid-duration` for anything else
 */
export function periodMillis(duration: string): number {
  const groups = PERIOD.exec(duration)?.groups;
  if (groups === undefined) {
    throw new MonitoringError(
      "invalid-duration",
      `duration: "${duration}": must be whole hours, days or weeks, such as PT1H, P1D or P1W`,
    );
  }
  const { hours, days, weeks } = groups;
  if (hours !== undefined) return Number(hours) * HOUR_MILLIS;
  if (days !== undefined) return Number(days) * DAY_MILLIS;
  return Number(weeks) * 7 * DAY_MILLIS;
}

/** The window of the given period that holds the instant; periods start on a Monday 00:00 UTC. */
export function windowHolding(instantMillis: number, everyMillis: number): Window {
  const periods = Math.floor((instantMillis - FIRST_MONDAY_MILLIS) / everyMillis);
  const fromMillis = FIRST_MONDAY_MILLIS + periods * everyMillis;
  return { fromMillis, toMillis: fromMillis + everyMillis };
}

/** The newest window of the given period that has ended by an instant. */
export function newestEndedWindow(instantMillis: number, everyMillis: number): Window {
  return windowHolding(windowHolding(instantMillis, everyMillis).fromMillis - 1, everyMillis);
}

/** `20260115T1000Z`, the form in which keys carry a time; minutes are the finest unit. */
export function compactTime(millis: number): string {
  return `${new Date(millis).toISOString().slice(0, 16).replaceAll(/[-:]/g, "")}Z`;
}
