import * as z from "zod/mini";

export interface Dimension {
  readonly name: string;
  readonly value: string;
}

/** CloudWatch writes these two keys in small letters here and in capitals everywhere else. */
const dimension = z.union([
  z.looseObject({ name: z.string(), value: z.string() }),
  z.pipe(
    z.looseObject({ Name: z.string(), Value: z.string() }),
    z.transform(({ Name, Value }): Dimension => ({ name: Name, value: Value })),
  ),
]);

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
  // Only adds to a message: an alarm of another form is told of without it.
  Trigger: z.catch(
    z.optional(z.looseObject({ Dimensions: z.optional(z.array(dimension)) })),
    undefined,
  ),
});

export type AlarmMessage = z.infer<typeof alarmMessage>;
