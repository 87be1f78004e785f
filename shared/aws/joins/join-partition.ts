import type { TaskValue } from "../../contracts/self-healing/tasks.ts";
import { joinRunKey } from "../../contracts/storage-keys.ts";
import { mergedOf } from "../../labels/merge-labels.ts";
import { repeatedCaptures } from "../../labels/repeated-captures.ts";
import { JoinedRowsBuilder } from "../../quality/joined-rows.ts";
import { joinVariant, type VariantJoin } from "../label-joins.ts";
import { ObjectWriter } from "../object-streams.ts";
import { JOIN_EXPIRED, placeOf, readJoin, writePartitionRows } from "./stored-join.ts";

/**
 * Joins those of a window's captures and labels whose ids fall into one partition, and keeps what was
 * found: of each variant the merged records, sorted, and the rows of all of them. It reads all objects
 * of the window. Made again it writes the same bytes to the same places.
 */
export async function joinPartition(
  prefix: string,
  partition: number,
): Promise<TaskValue<"joined" | "expired">> {
  const stored = await readJoin(prefix);
  if (stored === null) return { outcome: "expired", reason: JOIN_EXPIRED };
  const { due, columns, variants, labels, partitionCount } = stored;
  const window = { fromMillis: Date.parse(due.window.from), toMillis: Date.parse(due.window.to) };
  const rows = new JoinedRowsBuilder(columns);
  const part = { index: partition, count: partitionCount };
  const joins: VariantJoin[] = [];
  for (const captured of variants) joins.push(await joinVariant(captured, labels, part));
  const repeated = repeatedCaptures(joins.map(({ join }) => join));
  for (const [index, { variant, join }] of joins.entries()) {
    rows.add(join, window, repeated[index]);
    const place = placeOf(joinRunKey(prefix, partition, variant));
    const run = new ObjectWriter(place, "application/jsonl");
    for (const text of mergedOf(join, repeated[index]).hours.values()) await run.write(text);
    await run.end();
  }
  const absentObjectCount = joins.reduce((sum, joined) => sum + joined.absentObjectCount, 0);
  const gathered = rows.gathered();
  await writePartitionRows(prefix, partition, { rows: gathered, absentObjectCount });
  return { outcome: "joined", reason: `${gathered.recordCount} captured requests` };
}
