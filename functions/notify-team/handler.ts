// An alarm changed its state → a message that people can act on.
import { teamMessage } from "../../shared/alarm/message.ts";
import { readAlarmContext } from "../../shared/aws/alarm-context.ts";
import { logger, snsHandler } from "../../shared/aws/handlers.ts";
import { publishMessage } from "../../shared/aws/messages.ts";
import { alarmMessage } from "../../shared/contracts/alarm-message.ts";

/**
 * A repeated delivery sends the message again: better twice than never. It goes to the topic `messages`
 * alone, never back to `alarms`, so that no message can raise another.
 */
export const handler = snsHandler(alarmMessage, async (alarm) => {
  const message = teamMessage(alarm, await readAlarmContext(alarm));
  if (message !== null) await publishMessage(message);
  const { AlarmName, NewStateValue } = alarm;
  logger.info(message === null ? "nothing to tell" : "team notified", {
    alarm: AlarmName,
    state: NewStateValue,
    ...message,
  });
});
