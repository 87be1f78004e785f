import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { MonitoringError } from "../contracts/monitoring-error.ts";
import { stageText } from "./stage.ts";

/** As many as one PutEvents takes. */
const BATCH_SIZE = 10;

let client: EventBridgeClient | undefined;

/**
 * Puts events of our own on the default bus.
 *
 * @throws MonitoringError `events-refused` when the bus took only a part; all may be sent again
 */
export async function putOwnEvents(detailType: string, details: readonly object[]): Promise<void> {
  client ??= new EventBridgeClient({});
  for (let start = 0; start < details.length; start += BATCH_SIZE) {
    const batch = details.slice(start, start + BATCH_SIZE);
    const { FailedEntryCount, Entries } = await client.send(
      new PutEventsCommand({
        Entries: batch.map((detail) => ({
          Source: stageText("eventSource"),
          DetailType: detailType,
          Detail: JSON.stringify(detail),
        })),
      }),
    );
    if (FailedEntryCount) {
      const reason = Entries?.find(({ ErrorCode }) => ErrorCode)?.ErrorMessage;
      throw new MonitoringError(
        "events-refused",
        `PutEvents ${detailType}: ${FailedEntryCount} of ${batch.length} refused: ${reason}`,
      );
    }
  }
}
