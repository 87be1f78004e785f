// The state machine asks for the next windows of a backfill → the checks to make of them.
import { planNextWindows } from "../../shared/aws/backfill-plan.ts";
import { eventHandler, logger } from "../../shared/aws/handlers.ts";
import { backfillPlanTask } from "../../shared/contracts/backfill-task.ts";

/** It only reads: made again it says the same, or also windows that were captured meanwhile. */
export const handler = eventHandler(backfillPlanTask, async (task) => {
  const plan = await planNextWindows(task);
  const { outcome, reason, next } = plan;
  logger.info("planned", { ...task.request, outcome, reason, next });
  return plan;
});
