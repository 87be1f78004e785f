import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { stageText } from "./stage.ts";
import { dynamodb, isConditionRefused } from "./table.ts";

const MINUTE_MILLIS = 60_000;
const KEPT_SECONDS = 3_600;

/**
 * Counts a request of a caller into its minute.
 *
 * @returns null when it may go on; else after how many seconds to come again
 */
export async function countRequest(
  callerId: string,
  requestsPerMinute: number,
  arrivedMillis: number,
): Promise<number | null> {
  const minute = Math.floor(arrivedMillis / MINUTE_MILLIS);
  const endSeconds = (minute + 1) * 60;
  try {
    await dynamodb().send(
      new UpdateCommand({
        TableName: stageText("table"),
        Key: { pk: `label-rate#${callerId}`, sk: String(minute) },
        UpdateExpression: "ADD requestCount :one SET expiresAt = :expires",
        ConditionExpression: "attribute_not_exists(pk) OR requestCount < :limit",
        ExpressionAttributeValues: {
          ":one": 1,
          ":limit": requestsPerMinute,
          ":expires": endSeconds + KEPT_SECONDS,
        },
      }),
    );
    return null;
  } catch (error) {
    if (!isConditionRefused(error)) throw error;
    return Math.max(1, Math.ceil(endSeconds - arrivedMillis / 1000));
  }
}
