// All partitions of a window are joined → its merged records, its report and its metrics.
import { eventHandler, logger } from "../../shared/aws/handlers.ts";
import { checkPartitions } from "../../shared/aws/joins/check-partitions.ts";
import { mergePartitionsTask } from "../../shared/contracts/backfill-task.ts";

/** The bytes are those that check-model-quality makes of the same window; made again, they are the same. */
export const handler = eventHandler(mergePartitionsTask, async ({ join }) => {
  const checked = await checkPartitions(join);
  logger.info(checked.outcome, { join, reason: checked.reason });
  return checked;
});
