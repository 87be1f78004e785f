import { DeleteCommand, PutCommand } from "@aws-sdk/lib-dynamodb";
import { stageText } from "../stage.ts";
import { dynamodb, type Item, isConditionRefused, queryItems } from "../table.ts";
import type { Scaling } from "./scaling.ts";

/** An endpoint whose version was rejected while it served: it stays listed until the one before serves. */
export interface RestorationRequest {
  readonly endpoint: string;
  readonly modelPackageArn: string;
  /** ISO 8601. */
  readonly since: string;
  /** How the rejected variant scaled before it was taken from scaling. */
  readonly scaling: Scaling | null;
}

const PARTITION = "restorations";

/** Lists an endpoint unless it is listed: how its variant scaled is read before anything is changed. */
export async function putRestoration(request: RestorationRequest): Promise<void> {
  try {
    await dynamodb().send(
      new PutCommand({
        TableName: stageText("table"),
        Item: { ...itemKey(request.endpoint), ...request },
        ConditionExpression: "attribute_not_exists(pk)",
      }),
    );
  } catch (error) {
    if (!isConditionRefused(error)) throw error;
  }
}

export async function listRestorations(): Promise<RestorationRequest[]> {
  return (await queryItems(PARTITION, " ", "~")).map(
    ({ pk, sk, ...request }) => request as RestorationRequest,
  );
}

export async function forgetRestoration(endpoint: string): Promise<void> {
  const command = { TableName: stageText("table"), Key: itemKey(endpoint) };
  await dynamodb().send(new DeleteCommand(command));
}

function itemKey(endpoint: string): Item {
  return { pk: PARTITION, sk: endpoint };
}
