import * as z from "zod/mini";
import { awsEvent, instant } from "./aws-event.ts";
import { CHECK_NAMES } from "./check-name.ts";

export const CHECK_DUE = "Check Due";

export const wholeHour = instant.check(
  z.refine((text) => Date.parse(text) % 3_600_000 === 0, {
    error: "must be a whole hour UTC: profiles are kept by the hour",
  }),
);

/** Which check of which window is to be made, and why now. */
const checkDueDetail = z.looseObject({
  endpoint: z.string().check(z.minLength(1)),
  /** `_all` for the endpoint's aggregate. */
  variant: z.string().check(z.minLength(1)),
  check: z.enum(CHECK_NAMES),
  window: z.looseObject({ from: wholeHour, to: wholeHour }).check(
    z.refine(({ from, to }) => Date.parse(from) < Date.parse(to), {
      error: "must begin before it ends",
    }),
  ),
  /**
   * `due`: its time has come; `late`: captures or labels came after it; `matured`: all labels that were
   * expected should be there; `retry`: no result; `requested`.
   */
  cause: z.enum(["due", "late", "matured", "retry", "requested"]),
  /** Capture objects known of the window when the event was sent. */
  objectCount: z.optional(z.number()),
  /** Writes of ground truth since the window began that were known when the event was sent. */
  labelWriteCount: z.optional(z.number()),
  /** When the event was sent: the time by which it is judged whether labels may still come. */
  plannedAt: z.optional(instant),
});

export type CheckDueDetail = z.infer<typeof checkDueDetail>;

/** Our own event; delivered at least once, so a check of the same inputs gives the same bytes. */
export const checkDue = awsEvent(CHECK_DUE, checkDueDetail);
