// A retraining run begins → its training set, of captures and labels, split by time; or why there is none.
import { eventHandler, logger } from "../../shared/aws/handlers.ts";
import { assertHolds } from "../../shared/aws/self-healing/endpoint-lock.ts";
import { readRun } from "../../shared/aws/self-healing/runs.ts";
import { prepareTrainingSet } from "../../shared/aws/training/prepare-training-set.ts";
import { runTask } from "../../shared/contracts/self-healing/tasks.ts";

/** A repeated task finds the set that the run has, or writes it again from the start. */
export const handler = eventHandler(runTask, async ({ run, at }) => {
  const record = await readRun(run);
  await assertHolds(record);
  const value = await prepareTrainingSet(record, at);
  logger.info("training set", { run, ...value });
  return value;
});
