import { randomBytes } from "node:crypto";
import { GetCommand, PutCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { keyText, type LabelKey, secretSha256 } from "../contracts/label-key.ts";
import { stageText } from "./stage.ts";
import { dynamodb, type Item, isConditionRefused, queryItems } from "./table.ts";

const PARTITION = "label-keys";

export type NewLabelKey = Pick<LabelKey, "endpoints" | "name" | "validUntil" | "requestsPerMinute">;

/** Makes a key of 256 random bits. Its text is given out here once and kept nowhere. */
export async function createLabelKey(
  wanted: NewLabelKey,
  createdAt: string,
): Promise<{ key: LabelKey; text: string }> {
  const keyId = randomBytes(8).toString("hex");
  const secret = randomBytes(32).toString("base64url");
  const hash = secretSha256(secret);
  const key: LabelKey = { ...wanted, keyId, secretSha256: hash, createdAt, revokedAt: null };
  // A time of revocation is added, never replaced: so none is stored before there is one.
  const { keyId: sk, revokedAt: _none, ...attributes } = key;
  await dynamodb().send(
    new PutCommand({
      TableName: stageText("table"),
      Item: { pk: PARTITION, sk, ...attributes },
      ConditionExpression: "attribute_not_exists(pk)",
    }),
  );
  return { key, text: keyText({ keyId, secret }) };
}

export async function listLabelKeys(): Promise<LabelKey[]> {
  const keys = (await queryItems(PARTITION, "0", "g")).map(keyOf);
  return keys.sort((a, b) => (a.createdAt < b.createdAt ? -1 : 1));
}

/** Read anew for every request: a key that was revoked opens nothing any more. */
export async function readLabelKey(keyId: string): Promise<LabelKey | null> {
  const { Item: item } = await dynamodb().send(
    new GetCommand({
      TableName: stageText("table"),
      Key: { pk: PARTITION, sk: keyId },
      ConsistentRead: true,
    }),
  );
  return item === undefined ? null : keyOf(item);
}

/** @returns the key as it is now; null when there is none of that id */
export async function revokeLabelKey(keyId: string, revokedAt: string): Promise<LabelKey | null> {
  try {
    const { Attributes } = await dynamodb().send(
      new UpdateCommand({
        TableName: stageText("table"),
        Key: { pk: PARTITION, sk: keyId },
        // Revoked twice, it was revoked the first time.
        UpdateExpression: "SET revokedAt = if_not_exists(revokedAt, :at)",
        ConditionExpression: "attribute_exists(pk)",
        ExpressionAttributeValues: { ":at": revokedAt },
        ReturnValues: "ALL_NEW",
      }),
    );
    return keyOf(Attributes!);
  } catch (error) {
    if (isConditionRefused(error)) return null;
    throw error;
  }
}

function keyOf(item: Item): LabelKey {
  return {
    keyId: item.sk,
    secretSha256: item.secretSha256,
    endpoints: item.endpoints,
    name: item.name,
    createdAt: item.createdAt,
    validUntil: item.validUntil,
    revokedAt: item.revokedAt ?? null,
    requestsPerMinute: item.requestsPerMinute,
  };
}
