// A monitor definition was written, deleted or found to differ → its alarms and subscriptions.
import { logger, sqsHandler } from "../../shared/aws/handlers.ts";
import { registerMonitor } from "../../shared/aws/registration.ts";
import { monitorEvent } from "../../shared/contracts/monitor-changed.ts";

/**
 * The event only says which endpoint to look at; what is made follows from the definition that is there
 * now. So events may come twice, late and in any order.
 */
export const handler = sqsHandler(monitorEvent, async ({ endpoint, key }) => {
  if (endpoint === null) {
    logger.info("not a monitor definition: ignored", { key });
    return;
  }
  const status = await registerMonitor(endpoint);
  logger.info(status === null ? "monitor removed" : "monitor registered", { endpoint, status });
});
