import { setTimeout } from "node:timers/promises";
import { TransactionCanceledException } from "@aws-sdk/client-dynamodb";
import { TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import type { S3Location } from "../contracts/s3-uri.ts";
import type { CapturedHour } from "../window/plan.ts";
import { HOUR_MILLIS } from "../window/window.ts";
import { stageText } from "./stage.ts";
import { dynamodb, endpointPartition, queryItems } from "./table.ts";

/** One capture object's share of one hour. */
export interface CapturedShare {
  readonly endpoint: string;
  readonly variant: string;
  readonly hourMillis: number;
  readonly objectId: string;
  readonly recordCount: number;
  readonly source: CapturedObject;
}

/** A capture object as it was when it was counted. */
export interface CapturedObject extends S3Location {
  readonly etag: string;
}

const ATTEMPTS = 12;

/** Longer than any window is planned for: no delivery can be counted twice, and joins find objects. */
const REMEMBERED_SECONDS = 180 * 86_400;

/**
 * Counts an object into its hour, once however often it is delivered: the object is noted and the hour
 * is counted in one transaction. A higher count is what makes the hour's windows due again.
 *
 * @returns false when the object was counted before
 */
export async function countCapture(share: CapturedShare, eventMillis: number): Promise<boolean> {
  const { endpoint, variant, hourMillis, objectId, recordCount, source } = share;
  const TableName = stageText("table");
  const hour = hourText(hourMillis);
  const command = new TransactWriteCommand({
    TransactItems: [
      {
        Put: {
          TableName,
          Item: {
            pk: objectsPartition(endpoint, variant, hour),
            sk: objectId,
            source: { bucket: source.bucket, key: source.key, etag: source.etag },
            expiresAt: Math.floor(eventMillis / 1000) + REMEMBERED_SECONDS,
          },
          ConditionExpression: "attribute_not_exists(pk)",
        },
      },
      {
        Update: {
          TableName,
          Key: { pk: endpointPartition(endpoint), sk: `hour#${hour}#${variant}` },
          UpdateExpression: "ADD objectCount :one, recordCount :records",
          ExpressionAttributeValues: { ":one": 1, ":records": recordCount },
        },
      },
    ],
  });
  for (let attempt = 1; ; attempt++) {
    try {
      await dynamodb().send(command);
      return true;
    } catch (error) {
      if (!(error instanceof TransactionCanceledException)) throw error;
      const reasons = error.CancellationReasons?.map(({ Code }) => Code) ?? [];
      if (reasons.includes("ConditionalCheckFailed")) return false;
      // Objects of one minute are counted into the same hour at the same time.
      if (attempt === ATTEMPTS) throw error;
      await setTimeout(Math.random() * Math.min(1000, 10 * 2 ** attempt));
    }
  }
}

/** The hours in which anything was captured, from an instant on. */
export async function readCapturedHours(
  endpoint: string,
  fromMillis: number,
): Promise<CapturedHour[]> {
  const from = `hour#${hourText(fromMillis)}`;
  const items = await queryItems(endpointPartition(endpoint), from, "hour#~");
  return items.map((item) => {
    const [, hour, variant] = String(item.sk).split("#");
    return {
      hourMillis: Date.parse(`${hour}:00:00Z`),
      variant: variant!,
      objectCount: item.objectCount,
      recordCount: item.recordCount,
    };
  });
}

/** The objects that were counted into an hour of a variant, by their id. */
export async function readCapturedObjects(
  endpoint: string,
  { variant, hourMillis }: Pick<CapturedHour, "variant" | "hourMillis">,
): Promise<ReadonlyMap<string, CapturedObject>> {
  const pk = objectsPartition(endpoint, variant, hourText(hourMillis));
  const items = await queryItems(pk, "0", "~");
  return new Map(items.map((item) => [String(item.sk), item.source as CapturedObject]));
}

function objectsPartition(endpoint: string, variant: string, hour: string): string {
  return `captures#${endpoint}#${variant}#${hour}`;
}

/** `2026-01-15T10`. */
function hourText(millis: number): string {
  return new Date(Math.floor(millis / HOUR_MILLIS) * HOUR_MILLIS).toISOString().slice(0, 13);
}
