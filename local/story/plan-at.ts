import { randomUUID } from "node:crypto";
import { InvokeCommand } from "@aws-sdk/client-lambda";
import type { Scene } from "./scene.ts";

/** As the stack's `watermarkMinutes` and `planMinute`: the schedule fires when windows are ripe. */
const PLANNED_AFTER_MILLIS = 25 * 60_000;

/** Has what is due by the end of an hour planned, by the event that the schedule sends after it. */
export async function planAt(scene: Scene, hourEndMillis: number): Promise<void> {
  const plannedAt = new Date(hourEndMillis + PLANNED_AFTER_MILLIS).toISOString();
  await scene.lambda.send(
    new InvokeCommand({
      FunctionName: "plumbline-local-plan-checks",
      InvocationType: "Event",
      Payload: Buffer.from(JSON.stringify(scheduledEvent(plannedAt))),
    }),
  );
}

/** As EventBridge sends it for a rule with a schedule, but for the time. */
export function scheduledEvent(time: string): object {
  return {
    version: "0",
    id: randomUUID(),
    "detail-type": "Scheduled Event",
    source: "aws.events",
    time,
    resources: [],
    detail: {},
  };
}
