import { GetCommand, QueryCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import type { CheckDueDetail } from "../contracts/check-due.ts";
import { CHECK_NAMES, type CheckName } from "../contracts/check-name.ts";
import { MonitoringError } from "../contracts/monitoring-error.ts";
import type { Outcome } from "../contracts/outcome.ts";
import { isoSeconds, type WindowRecord, type WindowResult } from "../window/plan.ts";
import { stageText } from "./stage.ts";
import { dynamodb, endpointPartition, type Item, isConditionRefused, queryItems } from "./table.ts";

/** One window of one check of one variant. */
export type WindowKey = Pick<CheckDueDetail, "endpoint" | "variant" | "check" | "window">;

const CLAIM_ATTEMPTS = 20;

/** The windows that begin at an instant or later, with what became of them. */
export async function readWindowRecords(
  endpoint: string,
  fromMillis: number,
): Promise<WindowRecord[]> {
  const from = `window#${isoSeconds(fromMillis)}`;
  const items = await queryItems(endpointPartition(endpoint), from, "window#~");
  return items.flatMap(recordOf);
}

/** As many as fit into one page of a query: over a month of hourly windows. */
const NEWEST = 1000;

/** The windows that began last, with what became of them. */
export async function readNewestWindowRecords(endpoint: string): Promise<WindowRecord[]> {
  const { Items = [] } = await dynamodb().send(
    new QueryCommand({
      TableName: stageText("table"),
      ConsistentRead: true,
      KeyConditionExpression: "pk = :pk AND begins_with(sk, :window)",
      ExpressionAttributeValues: { ":pk": endpointPartition(endpoint), ":window": "window#" },
      ScanIndexForward: false,
      Limit: NEWEST,
    }),
  );
  return Items.flatMap(recordOf);
}

/** Notes that the plan sent a check; a later plan sends it again only for new captures or labels. */
export async function noteIssued(due: CheckDueDetail, atMillis: number): Promise<void> {
  await dynamodb().send(
    new UpdateCommand({
      TableName: stageText("table"),
      Key: itemKey(due),
      UpdateExpression:
        "SET issuedObjectCount = :count, issuedLabelWriteCount = :labels, issuedAtMillis = :at",
      ExpressionAttributeValues: {
        ":count": due.objectCount ?? 0,
        ":labels": due.labelWriteCount ?? 0,
        ":at": atMillis,
      },
    }),
  );
}

/**
 * The revision that a result made of these inputs has: the one that the same inputs got before, else the
 * next. Two checks at once never get the same revision for different inputs.
 */
export async function claimRevision(key: WindowKey, inputsHash: string): Promise<number> {
  for (let attempt = 1; attempt <= CLAIM_ATTEMPTS; attempt++) {
    const hashes = await readRevisions(key);
    const known = hashes.indexOf(inputsHash);
    if (known !== -1) return known + 1;
    if (await appendRevision(key, hashes.length, inputsHash)) return hashes.length + 1;
  }
  throw new MonitoringError(
    "revision-contended",
    `revision of ${JSON.stringify(key)}: lost ${CLAIM_ATTEMPTS} races: must be claimed by one at a time`,
  );
}

/** What became of one window; undefined when nothing did. */
export async function readWindowRecord(key: WindowKey): Promise<WindowRecord | undefined> {
  const item = await readItem(key);
  return item === undefined ? undefined : recordOf(item)[0];
}

async function readRevisions(key: WindowKey): Promise<string[]> {
  return (await readItem(key))?.revisions ?? [];
}

async function readItem(key: WindowKey): Promise<Item | undefined> {
  const { Item: item } = await dynamodb().send(
    new GetCommand({ TableName: stageText("table"), Key: itemKey(key), ConsistentRead: true }),
  );
  return item;
}

async function appendRevision(key: WindowKey, count: number, hash: string): Promise<boolean> {
  try {
    await dynamodb().send(
      new UpdateCommand({
        TableName: stageText("table"),
        Key: itemKey(key),
        UpdateExpression: "SET revisions = list_append(if_not_exists(revisions, :none), :hash)",
        ConditionExpression:
          count === 0 ? "attribute_not_exists(revisions)" : "size(revisions) = :count",
        ExpressionAttributeValues: {
          ":none": [],
          ":hash": [hash],
          ...(count === 0 ? {} : { ":count": count }),
        },
      }),
    );
    return true;
  } catch (error) {
    if (isConditionRefused(error)) return false;
    throw error;
  }
}

/**
 * Makes a finished revision the window's last word, unless one of more captures or labels is there
 * already: a slow check never hides a later one.
 *
 * @returns false when there is a later one
 */
export async function noteResult(key: WindowKey, result: WindowResult): Promise<boolean> {
  try {
    await dynamodb().send(
      new UpdateCommand({
        TableName: stageText("table"),
        Key: itemKey(key),
        UpdateExpression:
          "SET resultObjectCount = :count, resultLabelWriteCount = :labels, asOfMillis = :asOf, " +
          "resultRevision = :revision, outcome = :outcome",
        ConditionExpression:
          "attribute_not_exists(resultObjectCount) OR (resultObjectCount <= :count " +
          "AND resultLabelWriteCount <= :labels AND asOfMillis <= :asOf)",
        ExpressionAttributeValues: {
          ":count": result.objectCount,
          ":labels": result.labelWriteCount ?? 0,
          ":asOf": result.asOfMillis ?? 0,
          ":revision": result.revision,
          ":outcome": result.outcome,
        },
      }),
    );
    return true;
  } catch (error) {
    if (!isConditionRefused(error)) throw error;
    return false;
  }
}

function itemKey({ endpoint, variant, check, window }: WindowKey): Item {
  const from = isoSeconds(Date.parse(window.from));
  const to = isoSeconds(Date.parse(window.to));
  return { pk: endpointPartition(endpoint), sk: `window#${from}#${to}#${check}#${variant}` };
}

function recordOf(item: Item): WindowRecord[] {
  const [, from, to, check, variant] = String(item.sk).split("#") as string[];
  // A check that this version does not know, after going back from a newer one.
  if (!CHECK_NAMES.includes(check as CheckName)) return [];
  const record: WindowRecord = {
    check: check as CheckName,
    variant: variant!,
    window: { fromMillis: Date.parse(from!), toMillis: Date.parse(to!) },
    ...(item.issuedAtMillis === undefined
      ? {}
      : {
          issued: {
            objectCount: item.issuedObjectCount,
            labelWriteCount: item.issuedLabelWriteCount,
            atMillis: item.issuedAtMillis,
          },
        }),
    ...(item.resultObjectCount === undefined
      ? {}
      : {
          result: {
            objectCount: item.resultObjectCount,
            labelWriteCount: item.resultLabelWriteCount,
            asOfMillis: item.asOfMillis,
            revision: item.resultRevision,
            outcome: item.outcome as Outcome,
          },
        }),
  };
  return [record];
}
