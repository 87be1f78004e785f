import { GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import type { AuditRecord } from "../../contracts/self-healing/audit-record.ts";
import { stageText } from "../stage.ts";
import { dynamodb, type Item, isConditionRefused, queryItems } from "../table.ts";

/**
 * Writes a decision unless the step made it before.
 *
 * @returns the record that stands: an earlier one of the same step, or this
 */
export async function putAudit(record: AuditRecord): Promise<AuditRecord> {
  try {
    await dynamodb().send(
      new PutCommand({
        TableName: stageText("table"),
        Item: { ...itemKey(record.run, record.step), ...record },
        ConditionExpression: "attribute_not_exists(pk)",
      }),
    );
    return record;
  } catch (error) {
    if (!isConditionRefused(error)) throw error;
    return (await readDecision(record.run, record.step)) ?? record;
  }
}

/** What one step decided; null when it has not. */
export async function readDecision(run: string, step: string): Promise<AuditRecord | null> {
  const { Item: item } = await dynamodb().send(
    new GetCommand({
      TableName: stageText("table"),
      Key: itemKey(run, step),
      ConsistentRead: true,
    }),
  );
  return item === undefined ? null : recordOf(item);
}

/** Every decision of a run, in the order in which they were made. */
export async function readAudit(run: string): Promise<AuditRecord[]> {
  const items = await queryItems(partition(run), "audit#", "audit#~");
  return items.map(recordOf).sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}

function partition(run: string): string {
  return `run#${run}`;
}

function itemKey(run: string, step: string): Item {
  return { pk: partition(run), sk: `audit#${step}` };
}

function recordOf({ pk, sk, ...record }: Item): AuditRecord {
  return record as AuditRecord;
}
