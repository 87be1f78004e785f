import { DeleteCommand, GetCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import type { PendingKind, PendingTask } from "../../contracts/self-healing/pending-task.ts";
import { stageText } from "../stage.ts";
import { dynamodb, type Item, isConditionRefused, queryItems } from "../table.ts";

const PARTITION = "tasks";

/** Stores a task before what it waits for is made; of a state tried again, the last token counts. */
export async function storePending(task: PendingTask): Promise<void> {
  await dynamodb().send(
    new PutCommand({ TableName: stageText("table"), Item: { ...itemKey(task), ...task } }),
  );
}

export async function listPending(): Promise<PendingTask[]> {
  return (await queryItems(PARTITION, " ", "~")).map(taskOf);
}

export async function findPending(kind: PendingKind, name: string): Promise<PendingTask | null> {
  const { Item: item } = await dynamodb().send(
    new GetCommand({
      TableName: stageText("table"),
      Key: itemKey({ kind, name }),
      ConsistentRead: true,
    }),
  );
  return item === undefined ? null : taskOf(item);
}

/** Forgets an answered task, unless its state was entered again since. */
export async function deletePending(task: PendingTask): Promise<void> {
  try {
    await dynamodb().send(
      new DeleteCommand({
        TableName: stageText("table"),
        Key: itemKey(task),
        ConditionExpression: "taskToken = :token",
        ExpressionAttributeValues: { ":token": task.taskToken },
      }),
    );
  } catch (error) {
    if (!isConditionRefused(error)) throw error;
  }
}

function itemKey({ kind, name }: Pick<PendingTask, "kind" | "name">): Item {
  return { pk: PARTITION, sk: `${kind}#${name}` };
}

function taskOf({ pk, sk, ...task }: Item): PendingTask {
  return task as PendingTask;
}
