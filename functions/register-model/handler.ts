// A challenger is better → the registry's next version, pending approval, with its baseline and lineage.
import { eventHandler, logger } from "../../shared/aws/handlers.ts";
import { assertHolds } from "../../shared/aws/self-healing/endpoint-lock.ts";
import { readRun } from "../../shared/aws/self-healing/runs.ts";
import { registerModel } from "../../shared/aws/training/register-model.ts";
import { runTask } from "../../shared/contracts/self-healing/tasks.ts";

/** A repeated task finds the version that it registered, by the run's own token. */
export const handler = eventHandler(runTask, async ({ run, at }) => {
  const record = await readRun(run);
  await assertHolds(record);
  const value = await registerModel(record, at);
  logger.info("registered", { run, ...value });
  return value;
});
