import { GetCommand, PutCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { HttpProblem } from "../contracts/http-problem.ts";
import { MonitoringError } from "../contracts/monitoring-error.ts";
import { stageText } from "./stage.ts";
import { dynamodb, type Item, isConditionRefused } from "./table.ts";

/** A delivery of labels, known by its id however often it is made. */
export interface LabelDelivery {
  readonly endpoint: string;
  readonly deliveryId: string;
  readonly contentSha256: string;
  readonly arrivedMillis: number;
}

/** How many of a delivery's labels were accepted, and how many were known already. */
export interface LabelAnswer {
  readonly acceptedCount: number;
  readonly duplicateCount: number;
}

export interface KnownDelivery {
  /** Of the delivery's first attempt. */
  readonly contentSha256: string;
  readonly arrivedMillis: number;
  /** null as long as no attempt has come to its end. */
  readonly answer: LabelAnswer | null;
}

const REMEMBERED_SECONDS = 7 * 86_400;
const ATTEMPTS = 3;

/**
 * Notes a delivery before anything else is done of it, or finds what an earlier attempt noted.
 *
 * @throws HttpProblem 409 when it came before with another content
 */
export async function claimDelivery(delivery: LabelDelivery): Promise<KnownDelivery> {
  const { contentSha256, arrivedMillis } = delivery;
  const nowSeconds = Math.floor(arrivedMillis / 1000);
  const Key = itemKey(delivery);
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    try {
      await dynamodb().send(
        new PutCommand({
          TableName: stageText("table"),
          Item: {
            ...Key,
            contentSha256,
            arrivedMillis,
            expiresAt: nowSeconds + REMEMBERED_SECONDS,
          },
          // DynamoDB deletes what has expired when it comes to it.
          ConditionExpression: "attribute_not_exists(pk) OR expiresAt < :now",
          ExpressionAttributeValues: { ":now": nowSeconds },
        }),
      );
      return { contentSha256, arrivedMillis, answer: null };
    } catch (error) {
      if (!isConditionRefused(error)) throw error;
    }
    const known = await readDelivery(Key);
    if (known === null) continue;
    if (known.contentSha256 === contentSha256) return known;
    throw new HttpProblem(
      409,
      "idempotency-key-reused",
      "Idempotency-Key: it was sent before with another body: must be new for another request",
    );
  }
  throw new MonitoringError(
    "delivery-contended",
    `delivery ${delivery.deliveryId}: neither there nor not there: must be one of the two`,
  );
}

/** Makes an answer the delivery's own, unless an attempt at the same time was first. */
export async function settleDelivery(
  delivery: Pick<LabelDelivery, "endpoint" | "deliveryId">,
  answer: LabelAnswer,
): Promise<LabelAnswer> {
  const Key = itemKey(delivery);
  try {
    await dynamodb().send(
      new UpdateCommand({
        TableName: stageText("table"),
        Key,
        UpdateExpression: "SET answer = :answer",
        ConditionExpression: "attribute_not_exists(answer)",
        ExpressionAttributeValues: { ":answer": answer },
      }),
    );
    return answer;
  } catch (error) {
    if (!isConditionRefused(error)) throw error;
    return (await readDelivery(Key))?.answer ?? answer;
  }
}

async function readDelivery(Key: Item): Promise<KnownDelivery | null> {
  const { Item: item } = await dynamodb().send(
    new GetCommand({ TableName: stageText("table"), Key, ConsistentRead: true }),
  );
  if (item === undefined) return null;
  const { contentSha256, arrivedMillis, answer } = item;
  return { contentSha256, arrivedMillis, answer: answer ?? null };
}

function itemKey({ endpoint, deliveryId }: Pick<LabelDelivery, "endpoint" | "deliveryId">): Item {
  return { pk: `label-delivery#${endpoint}#${deliveryId}`, sk: "delivery" };
}
