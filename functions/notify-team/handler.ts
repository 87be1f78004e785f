// An alarm changed its state, a run has news, people are asked → a message that they can act on.
import type { Context, SNSEvent } from "aws-lambda";
import { teamMessage } from "../../shared/alarm/message.ts";
import { readAlarmContext } from "../../shared/aws/alarm-context.ts";
import { messageOfReview, messageOfRun } from "../../shared/aws/approvals/run-messages.ts";
import { eventHandler, logger, snsHandler } from "../../shared/aws/handlers.ts";
import { publishMessage } from "../../shared/aws/messages.ts";
import { alarmMessage } from "../../shared/contracts/alarm-message.ts";
import { isEventOf } from "../../shared/contracts/aws-event.ts";
import {
  REVIEW_REQUESTED,
  RUN_PROGRESSED,
  reviewRequestedEvent,
  runProgressedEvent,
} from "../../shared/contracts/self-healing/run-events.ts";

const ofAlarm = snsHandler(alarmMessage, async (alarm) => {
  const message = teamMessage(alarm, await readAlarmContext(alarm));
  if (message !== null) await publishMessage(message);
  const { AlarmName, NewStateValue } = alarm;
  logger.info(message === null ? "nothing to tell" : "team notified", {
    alarm: AlarmName,
    state: NewStateValue,
    ...message,
  });
});

/** The texts hold links that decide: they stay out of the log. */
const ofRun = eventHandler(runProgressedEvent, async ({ detail }) => {
  const message = await messageOfRun(detail);
  await publishMessage(message);
  logger.info("team notified", { run: detail.run, subject: message.subject });
});

const ofReview = eventHandler(reviewRequestedEvent, async ({ detail }) => {
  const message = await messageOfReview(detail);
  await publishMessage(message);
  logger.info("team asked", { incident: detail.incident, subject: message.subject });
});

/**
 * A repeated delivery sends the message again: better twice than never. It goes to the topic `messages`
 * alone, never back to `alarms`, so that no message can raise another.
 */
export const handler = (event: unknown, context: Context): Promise<void> => {
  if (isEventOf(RUN_PROGRESSED, event)) return ofRun(event, context);
  if (isEventOf(REVIEW_REQUESTED, event)) return ofReview(event, context);
  return ofAlarm(event as SNSEvent, context);
};
