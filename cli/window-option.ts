import { InvalidArgumentError } from "commander";
import { HOUR_MILLIS, type Window } from "../shared/window/window.ts";

const DAY = /^\d{4}-\d\d-\d\d$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d(?::00){0,2}Z$/;

/** Parses `--window FROM/TO`: two whole hours in UTC, the second one not included. */
export function parseWindow(text: string): Window {
  const [from = "", to = "", ...rest] = text.split("/");
  const [fromMillis, toMillis] = [hourMillisOf(from), hourMillisOf(to)];
  if (rest.length > 0 || !(toMillis - fromMillis >= HOUR_MILLIS)) {
    throw new InvalidArgumentError(
      "must be two whole hours in UTC such as 2026-01-15T10:00Z/2026-01-15T12:00Z.",
    );
  }
  return { fromMillis, toMillis };
}

/** Parses `--from` and `--to`: a whole hour in UTC, or a day, which begins at midnight. */
export function parseHour(text: string): number {
  const millis = DAY.test(text) ? Date.parse(`${text}T00:00:00Z`) : hourMillisOf(text);
  if (Number.isNaN(millis)) {
    throw new InvalidArgumentError(
      "must be a whole hour in UTC such as 2026-01-15T10:00Z, or a day such as 2026-01-15.",
    );
  }
  return millis;
}

function hourMillisOf(text: string): number {
  return TIME.test(text) ? Date.parse(`${text.slice(0, 13)}:00:00Z`) : Number.NaN;
}
