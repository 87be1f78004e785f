import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  DynamoDBDocumentClient,
  type NativeAttributeValue,
  paginateQuery,
} from "@aws-sdk/lib-dynamodb";
import { stageText } from "./stage.ts";

export type Item = Record<string, NativeAttributeValue>;

let client: DynamoDBDocumentClient | undefined;

export function dynamodb(): DynamoDBDocumentClient {
  client ??= DynamoDBDocumentClient.from(new DynamoDBClient({}), {
    marshallOptions: { removeUndefinedValues: true },
  });
  return client;
}

/** The partition of all that is known of an endpoint's hours and windows. */
export function endpointPartition(endpoint: string): string {
  return `endpoint#${endpoint}`;
}

/** All items of a partition whose sort key lies in `[from, to]`, read consistently. */
export async function queryItems(pk: string, from: string, to: string): Promise<Item[]> {
  const items: Item[] = [];
  const pages = paginateQuery(
    { client: dynamodb() },
    {
      TableName: stageText("table"),
      ConsistentRead: true,
      KeyConditionExpression: "pk = :pk AND sk BETWEEN :from AND :to",
      ExpressionAttributeValues: { ":pk": pk, ":from": from, ":to": to },
    },
  );
  for await (const page of pages) items.push(...(page.Items ?? []));
  return items;
}

/** Whether a conditional write was refused because its condition did not hold. */
export function isConditionRefused(error: unknown): boolean {
  return error instanceof Error && error.name === "ConditionalCheckFailedException";
}
