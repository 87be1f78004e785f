// The state machine comes to an end → the run's record says how, the team is told, the endpoint is free.
import { eventHandler, logger } from "../../shared/aws/handlers.ts";
import { concludeRun } from "../../shared/aws/self-healing/conclude-run.ts";
import { readRun } from "../../shared/aws/self-healing/runs.ts";
import { concludeTask } from "../../shared/contracts/self-healing/tasks.ts";

/** A repeated task finds the run's end and leaves it as it is; what was left undone after it is done. */
export const handler = eventHandler(concludeTask, async ({ run, outcome, reason, at }) => {
  const ended = await concludeRun(await readRun(run), { outcome, reason, at }, "conclude-run");
  logger.info("run ended", { run, ...ended });
  return { outcome: ended.outcome, reason: ended.reason };
});
