import { joinRunKey } from "../../contracts/storage-keys.ts";
import { JoinedRowsBuilder } from "../../quality/joined-rows.ts";
import { joinVariant } from "../label-joins.ts";
import { ObjectWriter } from "../object-streams.ts";
import { mergedHours } from "../quality-joins.ts";
import { placeOf, readJoin, writePartitionRows } from "./stored-join.ts";

/**
 * Joins those of a window's captures and labels whose ids fall into one partition, and keeps what was
 * found: of each variant the merged records, sorted, and the rows of all of them. It reads all objects
 * of the window. Made again it writes the same bytes to the same places.
 *
 * @returns how many captured requests the partition has
 */
export async function joinPartition(prefix: string, partition: number): Promise<number> {
  const { due, columns, variants, labels, partitionCount } = await readJoin(prefix);
  const window = { fromMillis: Date.parse(due.window.from), toMillis: Date.parse(due.window.to) };
  const rows = new JoinedRowsBuilder(columns);
  let absentObjectCount = 0;
  for (const captured of variants) {
    const part = { index: partition, count: partitionCount };
    const joined = await joinVariant(captured, labels, part);
    rows.add(joined.join, window);
    absentObjectCount += joined.absentObjectCount;
    const place = placeOf(joinRunKey(prefix, partition, captured.variant));
    const run = new ObjectWriter(place, "application/jsonl");
    for (const [, text] of mergedHours(joined.join, window)) await run.write(text);
    await run.end();
  }
  const gathered = rows.gathered();
  await writePartitionRows(prefix, partition, { rows: gathered, absentObjectCount });
  return gathered.recordCount;
}
