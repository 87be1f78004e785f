import { GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import type { ApprovalRecord } from "../../contracts/self-healing/approval.ts";
import { stageText } from "../stage.ts";
import { dynamodb, type Item, isConditionRefused } from "../table.ts";

/**
 * Stores the question of a run, unless it has been asked already. The version's pointer to it is written
 * first: it says the same each time.
 *
 * @returns the question that stands: an earlier one of the same run, or this
 */
export async function storeApproval(record: ApprovalRecord): Promise<ApprovalRecord> {
  const { approvalId, modelPackageArn } = record;
  const TableName = stageText("table");
  await dynamodb().send(
    new PutCommand({ TableName, Item: { ...packageKey(modelPackageArn), approvalId } }),
  );
  const isFirst = await put(record, { ConditionExpression: "attribute_not_exists(pk)" });
  return isFirst ? record : ((await findApproval(approvalId)) ?? record);
}

export async function findApproval(approvalId: string): Promise<ApprovalRecord | null> {
  const item = await read(itemKey(approvalId));
  if (item === undefined) return null;
  const { pk, sk, ...record } = item;
  return record as ApprovalRecord;
}

/** The question about a version of the registry; null when none of our runs asks it. */
export async function findApprovalOfPackage(arn: string): Promise<ApprovalRecord | null> {
  const item = await read(packageKey(arn));
  return item === undefined ? null : await findApproval(item.approvalId);
}

/**
 * Replaces a record that nobody has decided yet.
 *
 * @returns false when somebody has decided meanwhile
 */
export async function replacePending(record: ApprovalRecord): Promise<boolean> {
  return await put(record, {
    ConditionExpression: "#state = :pending",
    ExpressionAttributeNames: { "#state": "state" },
    ExpressionAttributeValues: { ":pending": "pending" },
  });
}

async function put(record: ApprovalRecord, condition: object): Promise<boolean> {
  const Item = { ...itemKey(record.approvalId), ...record };
  try {
    await dynamodb().send(new PutCommand({ TableName: stageText("table"), Item, ...condition }));
    return true;
  } catch (error) {
    if (isConditionRefused(error)) return false;
    throw error;
  }
}

async function read(Key: Item): Promise<Item | undefined> {
  const { Item: item } = await dynamodb().send(
    new GetCommand({ TableName: stageText("table"), Key, ConsistentRead: true }),
  );
  return item;
}

const itemKey = (approvalId: string): Item => ({ pk: `approval#${approvalId}`, sk: "approval" });

const packageKey = (arn: string): Item => ({ pk: `model-package#${arn}`, sk: "approval" });
