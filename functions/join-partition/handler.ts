// One partition of a window's join is due → its merged records and rows, for merge-partitions.
import { eventHandler, logger } from "../../shared/aws/handlers.ts";
import { joinPartition } from "../../shared/aws/joins/join-partition.ts";
import { joinPartitionTask } from "../../shared/contracts/backfill-task.ts";

/** Whatever it dies of, the next try writes the same bytes to the same places. */
export const handler = eventHandler(joinPartitionTask, async ({ join, partition }) => {
  const joined = await joinPartition(join, partition);
  logger.info(joined.outcome, { join, partition, reason: joined.reason });
  return joined;
});
