import { UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { HOUR_MILLIS } from "../window/window.ts";
import { stageText } from "./stage.ts";
import { dynamodb, endpointPartition, queryItems } from "./table.ts";

export interface LabelCounts {
  readonly acceptedCount: number;
  readonly duplicateCount: number;
  readonly rejectedCount: number;
}

/** What arrived in one hour for an endpoint. */
export interface LabelledHour extends LabelCounts {
  /** Hour of arrival, the one in the keys under `ground-truth/`. */
  readonly hourMillis: number;
  /** Writes of ground truth in that hour; it grows with every one, so a join knows that it is behind. */
  readonly writeCount: number;
}

/**
 * Counts what arrived into its hour. It happens before the answer and may happen again when a delivery
 * is repeated after a crash: then a window is looked at once too often, and the counts are a little high.
 * So they are when two deliveries bring the same label at the same moment: each accepts it.
 */
export async function countLabels(
  endpoint: string,
  arrivedMillis: number,
  counts: LabelCounts,
): Promise<void> {
  await dynamodb().send(
    new UpdateCommand({
      TableName: stageText("table"),
      Key: { pk: endpointPartition(endpoint), sk: `labels#${hourText(arrivedMillis)}` },
      UpdateExpression:
        "ADD writeCount :writes, acceptedCount :accepted, duplicateCount :duplicate, rejectedCount :rejected",
      ExpressionAttributeValues: {
        ":writes": counts.acceptedCount > 0 ? 1 : 0,
        ":accepted": counts.acceptedCount,
        ":duplicate": counts.duplicateCount,
        ":rejected": counts.rejectedCount,
      },
    }),
  );
}

/** The hours in which labels of an endpoint arrived, from an instant on. */
export async function readLabelledHours(
  endpoint: string,
  fromMillis: number,
): Promise<LabelledHour[]> {
  const from = `labels#${hourText(fromMillis)}`;
  const items = await queryItems(endpointPartition(endpoint), from, "labels#~");
  return items.map((item) => ({
    hourMillis: Date.parse(`${String(item.sk).slice("labels#".length)}:00:00Z`),
    writeCount: item.writeCount,
    acceptedCount: item.acceptedCount,
    duplicateCount: item.duplicateCount,
    rejectedCount: item.rejectedCount,
  }));
}

/** `2026-01-15T10`. */
function hourText(millis: number): string {
  return new Date(Math.floor(millis / HOUR_MILLIS) * HOUR_MILLIS).toISOString().slice(0, 13);
}
