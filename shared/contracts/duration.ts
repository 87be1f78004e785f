import { MonitoringError } from "./monitoring-error.ts";

const MINUTE_MILLIS = 60_000;
const MILLIS_OF = {
  minutes: MINUTE_MILLIS,
  hours: 60 * MINUTE_MILLIS,
  days: 24 * 60 * MINUTE_MILLIS,
  weeks: 7 * 24 * 60 * MINUTE_MILLIS,
};

export const DURATION =
  /^(?:PT(?<minutes>[1-9]\d{0,4})M|PT(?<hours>[1-9]\d{0,3})H|P(?<days>[1-9]\d{0,2})D|P(?<weeks>[1-9]\d?)W)$/;

/**
 * Milliseconds of an ISO 8601 duration of one unit, from minutes up: `PT5M`, `PT1H`, `P3D`, `P2W`.
 *
 * @throws MonitoringError `invalid-duration` for anything else
 */
export function durationMillis(duration: string): number {
  const groups = DURATION.exec(duration)?.groups;
  if (groups === undefined) {
    throw new MonitoringError(
      "invalid-duration",
      `duration: "${duration}": must be whole minutes, hours, days or weeks, such as PT5M or P1D`,
    );
  }
  let millis = 0;
  for (const [unit, unitMillis] of Object.entries(MILLIS_OF)) {
    millis += Number(groups[unit] ?? 0) * unitMillis;
  }
  return millis;
}
