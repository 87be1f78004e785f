import { setTimeout } from "node:timers/promises";
import { BatchGetCommand, BatchWriteCommand } from "@aws-sdk/lib-dynamodb";
import { MonitoringError } from "../contracts/monitoring-error.ts";
import { stageText } from "./stage.ts";
import { dynamodb, type Item } from "./table.ts";

/** As many keys as one call takes. */
const READ_SIZE = 100;
const WRITE_SIZE = 25;
const CALLS_AT_ONCE = 8;
const ATTEMPTS = 8;

/** A label sent again later than this counts as new; a join still takes both for one. */
const REMEMBERED_SECONDS = 60 * 86_400;

/** Of the labels that were accepted before, the ground-truth object that holds each. */
export async function readLabelIndex(
  endpoint: string,
  hashes: readonly string[],
): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const keys = hashes.map((hash) => ({ pk: partitionOf(endpoint, hash), sk: "label" }));
  const prefixLength = partitionOf(endpoint, "").length;
  await inBatches(keys, READ_SIZE, async (batch) => {
    let Keys = batch;
    await untilDone(async () => {
      const { Responses, UnprocessedKeys } = await dynamodb().send(
        new BatchGetCommand({
          RequestItems: { [stageText("table")]: { Keys, ConsistentRead: true } },
        }),
      );
      for (const item of Responses?.[stageText("table")] ?? []) {
        found.set(String(item.pk).slice(prefixLength), item.object);
      }
      Keys = (UnprocessedKeys?.[stageText("table")]?.Keys ?? []) as typeof batch;
      return Keys.length === 0;
    });
  });
  return found;
}

/** Notes which object holds which labels. Only for an object that is there. */
export async function writeLabelIndex(
  endpoint: string,
  hashes: readonly string[],
  { object, arrivedMillis }: { object: string; arrivedMillis: number },
): Promise<void> {
  const expiresAt = Math.floor(arrivedMillis / 1000) + REMEMBERED_SECONDS;
  const items: Item[] = hashes.map((hash) => ({
    pk: partitionOf(endpoint, hash),
    sk: "label",
    object,
    expiresAt,
  }));
  await inBatches(items, WRITE_SIZE, async (batch) => {
    let requests = batch.map((Item) => ({ PutRequest: { Item } }));
    await untilDone(async () => {
      const { UnprocessedItems } = await dynamodb().send(
        new BatchWriteCommand({ RequestItems: { [stageText("table")]: requests } }),
      );
      requests = (UnprocessedItems?.[stageText("table")] ?? []) as typeof requests;
      return requests.length === 0;
    });
  });
}

/** A partition a label: a thousand at once meet no partition's limit. */
function partitionOf(endpoint: string, hash: string): string {
  return `label#${endpoint}#${hash}`;
}

async function inBatches<Element>(
  elements: readonly Element[],
  size: number,
  work: (batch: Element[]) => Promise<void>,
): Promise<void> {
  let next = 0;
  const workOn = async (): Promise<void> => {
    while (next < elements.length) {
      const batch = elements.slice(next, next + size);
      next += size;
      await work(batch);
    }
  };
  await Promise.all(Array.from({ length: CALLS_AT_ONCE }, workOn));
}

async function untilDone(call: () => Promise<boolean>): Promise<void> {
  for (let attempt = 1; !(await call()); attempt++) {
    if (attempt === ATTEMPTS) {
      throw new MonitoringError(
        "label-index-throttled",
        `index of labels: ${ATTEMPTS} attempts: DynamoDB must take a whole batch`,
      );
    }
    await setTimeout(Math.random() * Math.min(2000, 25 * 2 ** attempt));
  }
}
