// A challenger has answered the holdout → whether it is better than the champion was, and the report.
import { eventHandler, logger } from "../../shared/aws/handlers.ts";
import { assertHolds } from "../../shared/aws/self-healing/endpoint-lock.ts";
import { readRun } from "../../shared/aws/self-healing/runs.ts";
import { evaluateRun } from "../../shared/aws/training/evaluate-challenger.ts";
import { runTask } from "../../shared/contracts/self-healing/tasks.ts";

/** A repeated task finds what was decided, or writes the same report again and decides the same. */
export const handler = eventHandler(runTask, async ({ run, at }) => {
  const record = await readRun(run);
  await assertHolds(record);
  const value = await evaluateRun(record, at);
  logger.info("evaluated", { run, ...value });
  return value;
});
