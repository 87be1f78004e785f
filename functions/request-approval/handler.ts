// A better challenger is registered → people are asked whether it may go into service.
import { requestApproval } from "../../shared/aws/approvals/request-approval.ts";
import { eventHandler, logger } from "../../shared/aws/handlers.ts";
import { assertHolds } from "../../shared/aws/self-healing/endpoint-lock.ts";
import { readRun } from "../../shared/aws/self-healing/runs.ts";
import { waitingRunTask } from "../../shared/contracts/self-healing/tasks.ts";

/** A repeated task finds the question that stands, tells people again, and waits with the newer token. */
export const handler = eventHandler(waitingRunTask, async ({ run, at, taskToken }) => {
  const record = await readRun(run);
  await assertHolds(record);
  const value = await requestApproval(record, { taskToken, at });
  logger.info(value === null ? "asked" : "decided already", { run, ...value });
});
