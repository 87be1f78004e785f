import * as z from "zod/mini";
import { type AlarmMessage, alarmMessage } from "../alarm-message.ts";
import { instant } from "../aws-event.ts";
import { planDue } from "../plan-due.ts";
import { bakeTask } from "./tasks.ts";

/** A person's word on a canary that bakes, held or not. */
const canaryDecision = z.looseObject({
  run: z.string().check(z.minLength(1)),
  decision: z.enum(["promote", "roll-back"]),
  /** An ARN or an address. */
  by: z.string().check(z.minLength(1)),
  reason: z.string().check(z.minLength(1)),
  time: instant,
});

export type CanaryDecision = z.infer<typeof canaryDecision>;

/**
 * What makes the judge of canaries look: a bake that begins, the schedule, an alarm, or a person who
 * decides. An alarm is no verdict, only a reason to look at once.
 */
export type JudgeOccasion =
  | { readonly kind: "decided"; readonly decision: CanaryDecision }
  | { readonly kind: "begins"; readonly task: z.infer<typeof bakeTask> }
  | { readonly kind: "due"; readonly atMillis: number }
  | { readonly kind: "alarms"; readonly alarms: readonly AlarmMessage[] };

/** SNS gives its message as a text. */
const message = z.pipe(
  z.pipe(
    z.string(),
    z.transform((text, context) => {
      try {
        return JSON.parse(text) as unknown;
      } catch {
        context.issues.push({ code: "custom", message: "must be JSON", input: text });
        return z.NEVER;
      }
    }),
  ),
  alarmMessage,
);

const notification = z.looseObject({
  Records: z.array(z.looseObject({ Sns: z.looseObject({ Message: message }) })),
});

export const judgeOccasion = z.union([
  z.pipe(
    bakeTask,
    z.transform((task): JudgeOccasion => ({ kind: "begins", task })),
  ),
  z.pipe(
    canaryDecision,
    z.transform((decision): JudgeOccasion => ({ kind: "decided", decision })),
  ),
  z.pipe(
    planDue,
    z.transform(({ nowMillis }): JudgeOccasion => ({ kind: "due", atMillis: nowMillis })),
  ),
  z.pipe(
    notification,
    z.transform(({ Records }): JudgeOccasion => {
      return { kind: "alarms", alarms: Records.map(({ Sns }) => Sns.Message) };
    }),
  ),
]);
