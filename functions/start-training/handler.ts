// A training set is prepared → a training job or a pipeline, whose end the state machine waits for.
import { eventHandler, logger } from "../../shared/aws/handlers.ts";
import { assertHolds } from "../../shared/aws/self-healing/endpoint-lock.ts";
import { readRun } from "../../shared/aws/self-healing/runs.ts";
import { startTraining } from "../../shared/aws/training/start-training.ts";
import { trainingTask } from "../../shared/contracts/self-healing/tasks.ts";

/** A repeated task finds its job under the run's name and waits for it with the newer token. */
export const handler = eventHandler(trainingTask, async ({ run, at, taskToken, attempt }) => {
  const record = await readRun(run);
  await assertHolds(record);
  const task = { record, taskToken, at };
  const value = await startTraining(task, attempt === 1 ? 1 : 2);
  logger.info(value === null ? "training" : "not training", { run, attempt, ...value });
});
