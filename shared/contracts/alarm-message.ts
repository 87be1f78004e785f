import * as z from "zod/mini";

const dimension = z.looseObject({ name: z.string(), value: z.string() });

/**
 * The JSON text that CloudWatch publishes to SNS when an alarm changes its state. A composite alarm has
 * `AlarmRule` in place of `Trigger`.
 */
export const alarmMessage = z.looseObject({
  AlarmName: z.string(),
  AlarmDescription: z.optional(z.nullable(z.string())),
  NewStateValue: z.enum(["OK", "ALARM", "INSUFFICIENT_DATA"]),
  OldStateValue: z.optional(z.string()),
  NewStateReason: z.string(),
  StateChangeTime: z.string(),
  Region: z.optional(z.string()),
  AlarmRule: z.optional(z.string()),
  Trigger: z.optional(
    z.looseObject({
      Namespace: z.optional(z.string()),
      MetricName: z.optional(z.string()),
      Threshold: z.optional(z.number()),
      Dimensions: z.optional(z.array(dimension)),
    }),
  ),
});

export type AlarmMessage = z.infer<typeof alarmMessage>;
