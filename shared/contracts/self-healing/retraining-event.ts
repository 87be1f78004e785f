import * as z from "zod/mini";
import { type AlarmMessage, alarmMessage } from "../alarm-message.ts";
import { awsEvent, instant } from "../aws-event.ts";

/** Why it is to be decided whether to retrain. */
export type RetrainingEvent =
  /** An alarm changed: its endpoint's incident is brought up to it first. */
  | {
      readonly kind: "alarms";
      readonly nowMillis: number;
      readonly alarms: readonly AlarmMessage[];
    }
  /** An hour is over: every endpoint whose incident is open. */
  | { readonly kind: "hourly"; readonly nowMillis: number }
  /** A person asks for a run, or has answered a review: that endpoint. */
  | {
      readonly kind: "asked";
      readonly nowMillis: number;
      readonly endpoint: string;
      readonly request?: { readonly id: string; readonly by: string };
    };

const message = z.pipe(
  z.string().check(z.refine(isJson, "must be JSON")),
  z.pipe(
    z.transform((text: string): unknown => JSON.parse(text)),
    alarmMessage,
  ),
);

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const fromTopic = z.pipe(
  z.looseObject({
    Records: z
      .array(z.looseObject({ Sns: z.looseObject({ Timestamp: instant, Message: message }) }))
      .check(z.minLength(1)),
  }),
  z.transform(({ Records }): RetrainingEvent => {
    const times = Records.map(({ Sns }) => Date.parse(Sns.Timestamp));
    const alarms = Records.map(({ Sns }) => Sns.Message);
    return { kind: "alarms", nowMillis: Math.max(...times), alarms };
  }),
);

const scheduled = z.pipe(
  awsEvent("Scheduled Event", z.looseObject({})),
  z.transform(({ time }): RetrainingEvent => ({ kind: "hourly", nowMillis: Date.parse(time) })),
);

/** What a caller hands over who waits for the decision. */
const asked = z.pipe(
  z.strictObject({
    endpoint: z.string().check(z.minLength(1)),
    time: instant,
    request: z.optional(
      z.strictObject({
        id: z.string().check(z.minLength(1)),
        by: z.string().check(z.minLength(1)),
      }),
    ),
  }),
  z.transform(({ endpoint, time, request }): RetrainingEvent => {
    const nowMillis = Date.parse(time);
    return { kind: "asked", nowMillis, endpoint, ...(request === undefined ? {} : { request }) };
  }),
);

export const retrainingEvent = z.union([fromTopic, scheduled, asked]);
