import { GetCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { LabelJoin } from "../labels/label-join.ts";
import { sha256Of } from "../window/fold.ts";
import { type CapturedHour, isoSeconds, type ReceivedLabels } from "../window/plan.ts";
import type { Window } from "../window/window.ts";
import { readCapturedHours, readCapturedObjects } from "./captured-hours.ts";
import { pushObjects } from "./joined-objects.ts";
import { readLabelledHours } from "./label-hours.ts";
import { listLabels } from "./label-joins.ts";
import { stageText } from "./stage.ts";
import { dynamodb, endpointPartition } from "./table.ts";

/** More is not worth the time: what is wrong with ids shows in fewer. */
const LABELS_MAX = 1_000_000;
const CAPTURES_MAX = 10_000_000;

/** So many captures are joined at once, so that memory does not grow with how late labels come. */
const CAPTURES_AT_ONCE = 250_000;

const REMEMBERED_SECONDS = 180 * 86_400;

/**
 * Of the labels that arrived during a window, how many belong to no request that was captured in it or
 * so long before as labels may take: requests that were not sampled, or ids that are wrong.
 *
 * It follows from the counts of labels and captures by hour, under which it is remembered: a window that
 * is checked again because of other labels reads nothing again.
 *
 * @returns null when no label arrived, there is too much to count, or captures have expired
 */
export async function countUnmatchedLabels(
  endpoint: string,
  window: Window,
  labelsWithinMillis: number,
): Promise<number | null> {
  const within = ({ hourMillis }: { hourMillis: number }) => hourMillis < window.toMillis;
  const arrived = (await readLabelledHours(endpoint, window.fromMillis)).filter(within);
  const earliestMillis = window.fromMillis - labelsWithinMillis;
  const captured = (await readCapturedHours(endpoint, earliestMillis)).filter(within);
  const labelCount = arrived.reduce((sum, { acceptedCount }) => sum + acceptedCount, 0);
  const captureCount = captured.reduce((sum, { recordCount }) => sum + recordCount, 0);
  if (labelCount === 0 || labelCount > LABELS_MAX || captureCount > CAPTURES_MAX) return null;
  const inputsHash = hashOf(arrived, captured);
  const known = await readRemembered(endpoint, window);
  if (known?.inputsHash === inputsHash) return known.count;
  const count = await countByJoins(endpoint, arrived, captured);
  await remember(endpoint, window, { inputsHash, count });
  return count;
}

async function countByJoins(
  endpoint: string,
  arrived: readonly ReceivedLabels[],
  captured: readonly CapturedHour[],
): Promise<number | null> {
  const labels = await listLabels(endpoint, arrived);
  const ids = new Set<string>();
  const matched = new Set<string>();
  // Without captures there is one join all the same, to know the ids.
  for (const hours of [[], ...inParts(captured)]) {
    const join = new LabelJoin("outputs");
    await pushObjects(labels, join.labels);
    for (const hour of hours) {
      const objects = await readCapturedObjects(endpoint, hour);
      const absentCount = await pushObjects([...objects.values()], join.captures);
      if (absentCount > 0) return null;
    }
    for (const entry of join.entries()) {
      if (entry.hasLabel && entry.hasCapture) matched.add(entry.id());
      else if (entry.hasLabel && hours.length === 0) ids.add(entry.id());
    }
  }
  return ids.size - matched.size;
}

function inParts(hours: readonly CapturedHour[]): CapturedHour[][] {
  const parts: CapturedHour[][] = [];
  let count = Number.POSITIVE_INFINITY;
  for (const hour of hours) {
    if (count + hour.recordCount > CAPTURES_AT_ONCE) {
      parts.push([]);
      count = 0;
    }
    parts.at(-1)!.push(hour);
    count += hour.recordCount;
  }
  return parts;
}

/** Counts of an hour only grow, and with them what is read of it. */
function hashOf(arrived: readonly ReceivedLabels[], captured: readonly CapturedHour[]): string {
  const labels = arrived.map(({ hourMillis, writeCount }) => [hourMillis, writeCount]);
  const captures = captured.map(({ hourMillis, variant, objectCount }) => {
    return [hourMillis, variant, objectCount];
  });
  return sha256Of(JSON.stringify([labels, captures]));
}

interface Remembered {
  readonly inputsHash: string;
  readonly count: number | null;
}

async function readRemembered(endpoint: string, window: Window): Promise<Remembered | null> {
  const { Item: item } = await dynamodb().send(
    new GetCommand({ TableName: stageText("table"), Key: keyOf(endpoint, window) }),
  );
  return item === undefined ? null : { inputsHash: item.inputsHash, count: item.unmatchedCount };
}

async function remember(endpoint: string, window: Window, found: Remembered): Promise<void> {
  await dynamodb().send(
    new UpdateCommand({
      TableName: stageText("table"),
      Key: keyOf(endpoint, window),
      UpdateExpression: "SET inputsHash = :hash, unmatchedCount = :count, expiresAt = :expiresAt",
      ExpressionAttributeValues: {
        ":hash": found.inputsHash,
        ":count": found.count,
        ":expiresAt": Math.floor(window.toMillis / 1000) + REMEMBERED_SECONDS,
      },
    }),
  );
}

function keyOf(endpoint: string, { fromMillis, toMillis }: Window) {
  const span = `${isoSeconds(fromMillis)}#${isoSeconds(toMillis)}`;
  return { pk: endpointPartition(endpoint), sk: `unmatched-labels#${span}` };
}
