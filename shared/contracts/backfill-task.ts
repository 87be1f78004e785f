import * as z from "zod/mini";
import { instant } from "./aws-event.ts";
import { wholeHour } from "./check-due.ts";
import { CHECK_NAMES } from "./check-name.ts";

/** What an execution of the state machine `backfill` is started with. */
export const backfillRequest = z
  .looseObject({
    endpoint: z.string().check(z.minLength(1)),
    check: z.enum(CHECK_NAMES),
    from: wholeHour,
    to: wholeHour,
    /** One variant, or `_all`; without it those that a plan would issue. */
    variant: z.optional(z.string().check(z.minLength(1))),
    /** `from` to `to` is one window of its own, whatever the check's period. */
    isOneWindow: z.optional(z.boolean()),
    /** The time by which it is judged what has ended and whether labels may still come. */
    asOf: z.optional(instant),
  })
  .check(
    z.refine(({ from, to }) => Date.parse(from) < Date.parse(to), {
      error: "must begin before it ends",
    }),
  );

export type BackfillRequest = z.infer<typeof backfillRequest>;

/** The next windows of a backfill are asked for. */
export const backfillPlanTask = z.looseObject({
  request: backfillRequest,
  /** When the execution began: what `asOf` is without one. */
  startedAt: instant,
  /** Windows that begin before have been planned already; empty at first. */
  after: z.union([instant, z.literal("")]),
});

export type BackfillPlanTask = z.infer<typeof backfillPlanTask>;

/** One partition of a join is to be joined; `join` is the folder that holds what it reads. */
export const joinPartitionTask = z.looseObject({
  join: z.string().check(z.minLength(1)),
  partition: z.int().check(z.minimum(0)),
});

/** The partitions of a join are to be merged. */
export const mergePartitionsTask = z.looseObject({ join: z.string().check(z.minLength(1)) });
