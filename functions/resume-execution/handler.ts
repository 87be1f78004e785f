// SageMaker or Step Functions says that something changed, and every five minutes → runs go on or end.
import { eventHandler, logger } from "../../shared/aws/handlers.ts";
import { lookAfterRuns } from "../../shared/aws/self-healing/look-after-runs.ts";
import { wakeUp } from "../../shared/contracts/self-healing/wake-up.ts";

/** Events come late, twice or never: each look reads the truth anew, and answers a task at most once. */
export const handler = eventHandler(wakeUp, async (looked) => {
  const { answered, guarded } = await lookAfterRuns(looked);
  if (answered.length + guarded.length > 0) logger.info("looked", { answered, guarded });
});
