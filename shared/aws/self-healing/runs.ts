import { DeleteCommand, GetCommand, PutCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { MonitoringError } from "../../contracts/monitoring-error.ts";
import type { RunRecord } from "../../contracts/self-healing/run.ts";
import { stageText } from "../stage.ts";
import {
  dynamodb,
  endpointPartition,
  type Item,
  isConditionRefused,
  queryItems,
} from "../table.ts";

/** What a run learns on its way; all else of its record is fixed when it starts. */
export type RunProgress = Partial<
  Pick<RunRecord, "fence" | "executionArn" | "candidate" | "modelPackageArn" | "ended">
>;

/** Where the sweep finds the runs that have not ended. */
const UNENDED = "unended-runs";

export async function findRun(run: string): Promise<RunRecord | null> {
  const { Item: item } = await dynamodb().send(
    new GetCommand({ TableName: stageText("table"), Key: itemKey(run), ConsistentRead: true }),
  );
  return item === undefined ? null : recordOf(item);
}

/** @throws MonitoringError `unknown-run` */
export async function readRun(run: string): Promise<RunRecord> {
  const record = await findRun(run);
  if (record !== null) return record;
  throw new MonitoringError("unknown-run", `run "${run}": not found: it must have been started`);
}

/**
 * Writes the record of a run that begins, unless there is one. It is listed with its endpoint's runs
 * and with those that have not ended before it is written, so that none is ever lost sight of.
 *
 * @returns the record that is in force: an earlier one of the same run, or this
 */
export async function writeRun(record: RunRecord): Promise<RunRecord> {
  const { run, endpoint, startedAt } = record;
  const TableName = stageText("table");
  const known = await findRun(run);
  if (known !== null) return known;
  await dynamodb().send(
    new PutCommand({
      TableName,
      Item: { pk: endpointPartition(endpoint), sk: `run#${startedAt}#${run}`, run },
    }),
  );
  await dynamodb().send(
    new PutCommand({ TableName, Item: { pk: UNENDED, sk: run, run, endpoint } }),
  );
  try {
    await dynamodb().send(
      new PutCommand({
        TableName,
        Item: { ...itemKey(run), ...record },
        ConditionExpression: "attribute_not_exists(pk)",
      }),
    );
    return record;
  } catch (error) {
    if (!isConditionRefused(error)) throw error;
    return await readRun(run);
  }
}

/**
 * Adds to the record of a run that has not ended, under the fence that the caller read it with.
 *
 * @throws MonitoringError `run-not-current` when it ended, or another start of it took the fence
 */
export async function updateRun(
  { run, fence }: Pick<RunRecord, "run" | "fence">,
  progress: RunProgress,
): Promise<void> {
  const changes = Object.entries(progress);
  try {
    await dynamodb().send(
      new UpdateCommand({
        TableName: stageText("table"),
        Key: itemKey(run),
        UpdateExpression: `SET ${changes.map((_, index) => `#k${index} = :v${index}`).join(", ")}`,
        ConditionExpression: "fence = :fence AND attribute_not_exists(ended)",
        ExpressionAttributeNames: Object.fromEntries(
          changes.map(([name], index) => [`#k${index}`, name]),
        ),
        ExpressionAttributeValues: {
          ":fence": fence,
          ...Object.fromEntries(changes.map(([, value], index) => [`:v${index}`, value])),
        },
      }),
    );
  } catch (cause) {
    if (!isConditionRefused(cause)) throw cause;
    throw new MonitoringError(
      "run-not-current",
      `run "${run}": fence ${fence}: must be the record's, of a run that has not ended`,
      { cause, details: { run, fence } },
    );
  }
}

/** A run on the list of those that have not ended; its record may not be written yet. */
export type UnendedRun = Pick<RunRecord, "run" | "endpoint">;

/** The runs that have not ended, or whose end was not noted to its last step. */
export async function listUnendedRuns(): Promise<UnendedRun[]> {
  return (await queryItems(UNENDED, " ", "~")).map(({ run, endpoint }) => ({ run, endpoint }));
}

/** Takes an ended run from that list; the last step of its end. */
export async function unlistRun(run: string): Promise<void> {
  const Key = { pk: UNENDED, sk: run };
  await dynamodb().send(new DeleteCommand({ TableName: stageText("table"), Key }));
}

/** The runs of an endpoint that began at an instant or later, oldest first. */
export async function listRuns(endpoint: string, from: string): Promise<RunRecord[]> {
  const items = await queryItems(endpointPartition(endpoint), `run#${from}`, "run#~");
  const records = await Promise.all(items.map(({ run }) => findRun(run)));
  return records.filter((record) => record !== null);
}

function itemKey(run: string): Item {
  return { pk: `run#${run}`, sk: "run" };
}

function recordOf({ pk, sk, ...record }: Item): RunRecord {
  return record as RunRecord;
}
