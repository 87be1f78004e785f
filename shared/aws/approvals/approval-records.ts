import { GetCommand, PutCommand, TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import type { ApprovalRecord } from "../../contracts/self-healing/approval.ts";
import { stageText } from "../stage.ts";
import { dynamodb, type Item, isConditionRefused } from "../table.ts";

/**
 * Stores the question of a run, unless it has been asked already. A run asks once; whoever asks again
 * gets the question that stands.
 */
export async function storeApproval(record: ApprovalRecord): Promise<ApprovalRecord> {
  const { approvalId, run, modelPackageArn } = record;
  const TableName = stageText("table");
  const ConditionExpression = "attribute_not_exists(pk)";
  try {
    await dynamodb().send(
      new TransactWriteCommand({
        TransactItems: [
          { Put: { TableName, Item: { ...runKey(run), approvalId }, ConditionExpression } },
          { Put: { TableName, Item: { ...packageKey(modelPackageArn), approvalId } } },
          { Put: { TableName, Item: { ...itemKey(approvalId), ...record }, ConditionExpression } },
        ],
      }),
    );
    return record;
  } catch (error) {
    const standing = await findApprovalOfRun(run);
    if (standing !== null) return standing;
    throw error;
  }
}

export async function findApproval(approvalId: string): Promise<ApprovalRecord | null> {
  const item = await read(itemKey(approvalId));
  if (item === undefined) return null;
  const { pk, sk, ...record } = item;
  return record as ApprovalRecord;
}

export async function findApprovalOfRun(run: string): Promise<ApprovalRecord | null> {
  return await follow(runKey(run));
}

export async function findApprovalOfPackage(arn: string): Promise<ApprovalRecord | null> {
  return await follow(packageKey(arn));
}

/** @returns false when somebody else has decided meanwhile */
export async function writeDecided(record: ApprovalRecord): Promise<boolean> {
  try {
    await dynamodb().send(
      new PutCommand({
        TableName: stageText("table"),
        Item: { ...itemKey(record.approvalId), ...record },
        ConditionExpression: "#state = :pending",
        ExpressionAttributeNames: { "#state": "state" },
        ExpressionAttributeValues: { ":pending": "pending" },
      }),
    );
    return true;
  } catch (error) {
    if (isConditionRefused(error)) return false;
    throw error;
  }
}

async function follow(pointer: Item): Promise<ApprovalRecord | null> {
  const item = await read(pointer);
  return item === undefined ? null : await findApproval(item.approvalId);
}

async function read(Key: Item): Promise<Item | undefined> {
  const { Item: item } = await dynamodb().send(
    new GetCommand({ TableName: stageText("table"), Key, ConsistentRead: true }),
  );
  return item;
}

const itemKey = (approvalId: string): Item => ({ pk: `approval#${approvalId}`, sk: "approval" });

const runKey = (run: string): Item => ({ pk: `run#${run}`, sk: "approval" });

const packageKey = (arn: string): Item => ({ pk: `model-package#${arn}`, sk: "approval" });
