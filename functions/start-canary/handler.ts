// A challenger may serve → it is added beside the champion, tested, and given its first traffic.
import { startCanary } from "../../shared/aws/canary/start-canary.ts";
import { eventHandler, logger } from "../../shared/aws/handlers.ts";
import { canaryTask } from "../../shared/contracts/self-healing/tasks.ts";

/** A repeated task finds what it made under the run's name, and waits with the newer token. */
export const handler = eventHandler(canaryTask, async (task) => {
  const { run, action, step } = task;
  const value = await startCanary(task);
  logger.info(value === null ? "waiting for the endpoint" : "done", {
    ...{ run, action, step },
    ...value,
  });
  return value;
});
