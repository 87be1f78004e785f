import * as z from "zod/mini";
import { awsEvent, instant } from "./aws-event.ts";

/** The hourly wake-up, and the time it stands for, which need not be the time it is handled at. */
export interface PlanDue {
  readonly nowMillis: number;
}

/** A rule on a schedule sends an envelope. */
const scheduledEvent = z.pipe(
  awsEvent("Scheduled Event", z.looseObject({})),
  z.transform(({ time }): PlanDue => ({ nowMillis: Date.parse(time) })),
);

/** EventBridge Scheduler sends its target's input verbatim: `<aws.scheduler.scheduled-time>`. */
const schedulerInput = z.pipe(
  z.looseObject({ scheduledTime: instant }),
  z.transform(({ scheduledTime }): PlanDue => ({ nowMillis: Date.parse(scheduledTime) })),
);

export const planDue = z.union([scheduledEvent, schedulerInput]);
