// A canary has baked → the candidate gets the champion's instances, its traffic and its place.
import { promoteCanary } from "../../shared/aws/canary/promote-canary.ts";
import { eventHandler, logger } from "../../shared/aws/handlers.ts";
import { promotionTask } from "../../shared/contracts/self-healing/tasks.ts";

/** A repeated task finds the endpoint as it is by then, and changes only what is still to be changed. */
export const handler = eventHandler(promotionTask, async (task) => {
  const { run, action } = task;
  const value = await promoteCanary(task);
  logger.info(value === null ? "waiting for the endpoint" : "done", { run, action, ...value });
  return value;
});
