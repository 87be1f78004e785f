import { DeleteCommand, GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { stageText } from "./stage.ts";
import { dynamodb, type Item, queryItems } from "./table.ts";

/** What register-monitor made of a definition. */
export interface MonitorRecord {
  readonly endpoint: string;
  readonly definitionEtag: string;
  /** The variants that the alarms of the endpoint itself are for. */
  readonly variants: readonly string[];
  /** As the definition says, and as it stays in force while a later one does not validate. */
  readonly capture: string;
  readonly notify: readonly string[];
}

const PARTITION = "monitors";

export async function readMonitorRecord(endpoint: string): Promise<MonitorRecord | null> {
  const { Item: item } = await dynamodb().send(
    new GetCommand({
      TableName: stageText("table"),
      Key: { pk: PARTITION, sk: endpoint },
      ConsistentRead: true,
    }),
  );
  return item === undefined ? null : recordOf(item);
}

export async function listMonitorRecords(): Promise<MonitorRecord[]> {
  return (await queryItems(PARTITION, " ", "~")).map(recordOf);
}

export async function writeMonitorRecord(record: MonitorRecord): Promise<void> {
  const { endpoint, ...attributes } = record;
  await dynamodb().send(
    new PutCommand({
      TableName: stageText("table"),
      Item: { pk: PARTITION, sk: endpoint, ...attributes },
    }),
  );
}

export async function deleteMonitorRecord(endpoint: string): Promise<void> {
  await dynamodb().send(
    new DeleteCommand({ TableName: stageText("table"), Key: { pk: PARTITION, sk: endpoint } }),
  );
}

function recordOf(item: Item): MonitorRecord {
  return {
    endpoint: item.sk,
    definitionEtag: item.definitionEtag,
    variants: item.variants,
    capture: item.capture,
    notify: item.notify,
  };
}
