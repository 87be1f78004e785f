import type { LabelJoin } from "./label-join.ts";

interface Known {
  readonly join: number;
  readonly millis: number;
  readonly eventId: string;
}

/**
 * The ids that several joins have captures of, such as those of an endpoint's variants when a client asked
 * again and another variant answered: the earliest capture counts, by time, event id, then the order of
 * the joins. An id that only one of them has is in no set.
 *
 * Memory: the ids of all joins but the largest.
 *
 * @param joins in an order that does not hang on how captures came
 * @returns for each join the ids whose capture in it is a repeat
 */
export function repeatedCaptures(joins: readonly LabelJoin[]): ReadonlySet<string>[] {
  const repeated = joins.map(() => new Set<string>());
  const sizes = joins.map((join) => join.counts().captureIds);
  const ascending = [...joins.keys()].sort((a, b) => sizes[a]! - sizes[b]! || a - b);
  const known = new Map<string, Known>();
  for (const [rank, index] of ascending.entries()) {
    const isLargest = rank === joins.length - 1;
    for (const entry of joins[index]!.entries()) {
      if (!entry.hasCapture) continue;
      const id = entry.id();
      const other = known.get(id);
      if (other === undefined && isLargest) continue;
      const own = { join: index, millis: entry.inferenceMillis(), eventId: entry.eventId() };
      const isEarlier = other === undefined || isBefore(own, other);
      if (other !== undefined) repeated[isEarlier ? other.join : index]!.add(id);
      if (isEarlier) known.set(id, own);
    }
  }
  return repeated;
}

function isBefore(a: Known, b: Known): boolean {
  if (a.millis !== b.millis) return a.millis < b.millis;
  const order = Buffer.compare(Buffer.from(a.eventId), Buffer.from(b.eventId));
  return order === 0 ? a.join < b.join : order < 0;
}
