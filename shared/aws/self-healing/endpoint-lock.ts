import { GetCommand, UpdateCommand, type UpdateCommandInput } from "@aws-sdk/lib-dynamodb";
import { MonitoringError } from "../../contracts/monitoring-error.ts";
import { stageText } from "../stage.ts";
import { dynamodb, endpointPartition, type Item, isConditionRefused } from "../table.ts";

/**
 * Who may change an endpoint. The fence only ever grows, also over releases: whoever holds a lower one
 * than the lock's has lost it, however late it wakes up.
 */
export interface EndpointLock {
  /** null when nobody holds it. */
  readonly run: string | null;
  readonly fence: number;
  readonly leaseUntilMillis: number;
}

/** The one that holds a lock, or would. */
export interface LockHolder {
  readonly endpoint: string;
  readonly run: string;
  readonly fence: number;
}

/** Far longer than the sweep, which renews it, is ever away. */
export const LEASE_MILLIS = 3_600_000;

export async function readLock(endpoint: string): Promise<EndpointLock | null> {
  const { Item: item } = await dynamodb().send(
    new GetCommand({ TableName: stageText("table"), Key: itemKey(endpoint), ConsistentRead: true }),
  );
  return item === undefined ? null : lockOf(item);
}

/**
 * Takes a lock that is free or whose lease is over. A run that holds it already keeps its fence.
 *
 * @returns the lock as it is then, whoever holds it
 */
export async function acquireLock(
  { endpoint, run }: Pick<LockHolder, "endpoint" | "run">,
  nowMillis: number,
): Promise<EndpointLock> {
  const held = await update(endpoint, {
    UpdateExpression: "SET leaseUntilMillis = :until",
    ConditionExpression: "#run = :run",
    ExpressionAttributeNames: { "#run": "run" },
    ExpressionAttributeValues: { ":run": run, ":until": nowMillis + LEASE_MILLIS },
  });
  if (held !== null) return held;
  const taken = await update(endpoint, {
    UpdateExpression: "SET #run = :run, leaseUntilMillis = :until ADD fence :one",
    ConditionExpression: "attribute_not_exists(#run) OR leaseUntilMillis < :now",
    ExpressionAttributeNames: { "#run": "run" },
    ExpressionAttributeValues: {
      ":run": run,
      ":until": nowMillis + LEASE_MILLIS,
      ":now": nowMillis,
      ":one": 1,
    },
  });
  if (taken !== null) return taken;
  const lock = await readLock(endpoint);
  if (lock !== null) return lock;
  throw new MonitoringError(
    "lock-contended",
    `lock of endpoint "${endpoint}": neither free nor held: must be one of the two`,
  );
}

/**
 * Lengthens the lease of a lock that is held.
 *
 * @throws MonitoringError `lock-lost` when it is another's by now, or released
 */
export async function renewLock(holder: LockHolder, nowMillis: number): Promise<void> {
  const renewed = await update(holder.endpoint, {
    UpdateExpression: "SET leaseUntilMillis = :until",
    ...heldBy(holder, { ":until": nowMillis + LEASE_MILLIS }),
  });
  if (renewed === null) throw lockLost(holder);
}

/** @throws MonitoringError `lock-lost` when the lock is another's by now, or released */
export async function assertHolds(holder: LockHolder): Promise<void> {
  const lock = await readLock(holder.endpoint);
  if (lock?.run !== holder.run || lock.fence !== holder.fence) throw lockLost(holder);
}

/** Gives a lock back; one that is another's by now is left alone. */
export async function releaseLock(holder: LockHolder): Promise<void> {
  await update(holder.endpoint, {
    UpdateExpression: "SET leaseUntilMillis = :zero REMOVE #run",
    ...heldBy(holder, { ":zero": 0 }),
  });
}

function heldBy({ run, fence }: LockHolder, values: Item) {
  return {
    ConditionExpression: "#run = :run AND fence = :fence",
    ExpressionAttributeNames: { "#run": "run" },
    ExpressionAttributeValues: { ":run": run, ":fence": fence, ...values },
  };
}

/** @returns the lock after it; null when the condition did not hold */
async function update(
  endpoint: string,
  change: Partial<UpdateCommandInput>,
): Promise<EndpointLock | null> {
  try {
    const { Attributes } = await dynamodb().send(
      new UpdateCommand({
        TableName: stageText("table"),
        Key: itemKey(endpoint),
        ReturnValues: "ALL_NEW",
        ...change,
      }),
    );
    return lockOf(Attributes!);
  } catch (error) {
    if (isConditionRefused(error)) return null;
    throw error;
  }
}

function lockLost({ endpoint, run, fence }: LockHolder): MonitoringError {
  return new MonitoringError(
    "lock-lost",
    `lock of endpoint "${endpoint}": run "${run}" with fence ${fence}: must hold it to go on`,
    { details: { endpoint, run, fence } },
  );
}

function itemKey(endpoint: string): Item {
  return { pk: endpointPartition(endpoint), sk: "lock" };
}

function lockOf({ run, fence, leaseUntilMillis }: Item): EndpointLock {
  return { run: run ?? null, fence, leaseUntilMillis };
}
