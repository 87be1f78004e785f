// A challenger is trained → a batch transform of the holdout, whose end the state machine waits for.
import { eventHandler, logger } from "../../shared/aws/handlers.ts";
import { assertHolds } from "../../shared/aws/self-healing/endpoint-lock.ts";
import { readRun } from "../../shared/aws/self-healing/runs.ts";
import { startEvaluation } from "../../shared/aws/training/start-evaluation.ts";
import { waitingRunTask } from "../../shared/contracts/self-healing/tasks.ts";

/** A repeated task finds its model and job under the run's name and waits with the newer token. */
export const handler = eventHandler(waitingRunTask, async ({ run, at, taskToken }) => {
  const record = await readRun(run);
  await assertHolds(record);
  const task = { record, taskToken, at };
  const value = await startEvaluation(task);
  logger.info(value === null ? "evaluating" : "not evaluating", { run, ...value });
});
