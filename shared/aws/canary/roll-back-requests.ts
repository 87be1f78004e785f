import { DeleteCommand, GetCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { stageText } from "../stage.ts";
import { dynamodb, type Item, queryItems } from "../table.ts";

/** A run that is to be rolled back: it stays on the list until the champion carries everything again. */
export interface RollBackRequest {
  readonly run: string;
  readonly endpoint: string;
  /** Why it was first asked for. */
  readonly reason: string;
  /** When it was first asked for, ISO 8601. */
  readonly since: string;
  /** Of the state machine's task that waits for it, when there is one. */
  readonly taskToken?: string;
}

const PARTITION = "roll-backs";

/**
 * Puts a run on the list. Asked for again it keeps its first reason, and takes a newer token.
 *
 * @returns the request that stands
 */
export async function requestRollBack(request: RollBackRequest): Promise<RollBackRequest> {
  const { run, endpoint, reason, since, taskToken } = request;
  const once = "endpoint = :endpoint, since = if_not_exists(since, :since)";
  const { Attributes } = await dynamodb().send(
    new UpdateCommand({
      TableName: stageText("table"),
      Key: itemKey(run),
      UpdateExpression:
        `SET ${once}, reason = if_not_exists(reason, :reason)` +
        (taskToken === undefined ? "" : ", taskToken = :token"),
      ExpressionAttributeValues: {
        ":endpoint": endpoint,
        ":since": since,
        ":reason": reason,
        ...(taskToken === undefined ? {} : { ":token": taskToken }),
      },
      ReturnValues: "ALL_NEW",
    }),
  );
  return requestOf(Attributes!);
}

export async function listRollBacks(): Promise<RollBackRequest[]> {
  return (await queryItems(PARTITION, " ", "~")).map(requestOf);
}

export async function findRollBack(run: string): Promise<RollBackRequest | null> {
  const { Item: item } = await dynamodb().send(
    new GetCommand({ TableName: stageText("table"), Key: itemKey(run), ConsistentRead: true }),
  );
  return item === undefined ? null : requestOf(item);
}

/** Takes a run from the list; the last step of a roll back. */
export async function forgetRollBack({ run }: RollBackRequest): Promise<void> {
  await dynamodb().send(new DeleteCommand({ TableName: stageText("table"), Key: itemKey(run) }));
}

function itemKey(run: string): Item {
  return { pk: PARTITION, sk: run };
}

function requestOf({ pk, sk, ...request }: Item): RollBackRequest {
  return { ...request, run: sk } as RollBackRequest;
}
