import { MonitoringError } from "../contracts/monitoring-error.ts";
import type { KllSketch } from "./kll.ts";

/** `sketch.parameters` of Model Monitor's statistics: level h is compacted from `capacity(h)` items on. */
export interface KllParameters {
  readonly k: number;
  readonly c: number;
}

/** Weights above 2^52 would leave the whole numbers that doubles hold. */
const MOST_LEVELS = 53;

/**
 * The sketch that a `statistics.json` holds: Model Monitor's own, or one of ours written in its form.
 *
 * The file says nothing about past compactions, so the bound is derived from what must be true of
 * them: whatever lies above a level was compacted there, at least `capacity` items at a time, and each
 * time a rank moved by at most the level's weight.
 *
 * Source of the rules: Deequ, https://github.com/awslabs/deequ, QuantileNonSample.scala.
 *
 * @throws MonitoringError when an item is not finite, there are too many levels, or k or c is absurd
 */
export function kllFromLevels(
  parameters: KllParameters,
  data: readonly (readonly number[])[],
): KllSketch {
  refuseAbsurd(parameters, data);
  const levels = data.map(ascending);
  const count = levels.reduce((sum, items, level) => sum + items.length * 2 ** level, 0);
  if (!Number.isSafeInteger(count)) throw unreadable(`weight ${count}: must be below 2^53`);
  const bound = boundOf(
    levels.map((items) => items.length),
    (level) => capacity(parameters, level),
  );
  const k = capacity(parameters, 0) / 2;
  return { k, count, levels, overcount: bound, undercount: bound };
}

/** Ours are written in order, Model Monitor's as they came; sorting what is sorted takes longest. */
function ascending(items: readonly number[]): Float64Array {
  const sorted = Float64Array.from(items);
  for (let index = 1; index < sorted.length; index++) {
    if (sorted[index - 1]! > sorted[index]!) return sorted.sort();
  }
  return sorted;
}

/** How one of our sketches is written: all levels alike, compacted from 2k items on. */
export function kllParameters(sketch: KllSketch): KllParameters {
  return { c: 1, k: 2 * sketch.k - 2 };
}

/** Deequ counts its levels from the bottom: the lowest is the largest. */
function capacity({ k, c }: KllParameters, level: number): number {
  return 2 * (Math.ceil((k * c ** level) / 2) + 1);
}

/** The greatest error of a rank that these levels can have come with. */
function boundOf(lengths: readonly number[], capacityOf: (level: number) => number): number {
  let bound = 0;
  let compactedWeight = 0;
  for (let level = lengths.length - 2; level >= 0; level--) {
    const above = lengths[level + 1]!;
    // A compaction leaves half a capacity above it. Fewer items at the top were put there as they
    // are, with their exact count, as a column of few values is written.
    if (compactedWeight === 0 && above < capacityOf(level) / 2) continue;
    compactedWeight += above * 2 ** (level + 1);
    const weight = 2 ** level;
    bound += Math.floor(compactedWeight / (weight * capacityOf(level))) * weight;
  }
  return bound;
}

function refuseAbsurd({ k, c }: KllParameters, data: readonly (readonly number[])[]): void {
  if (!(Number.isFinite(k) && k >= 2)) throw unreadable(`k ${k}: must be at least 2`);
  if (!(c > 0 && c <= 1)) throw unreadable(`c ${c}: must be in (0, 1]`);
  if (data.length > MOST_LEVELS) {
    throw unreadable(`${data.length} levels: there may be ${MOST_LEVELS} at most`);
  }
  for (const [level, items] of data.entries()) {
    const wrong = items.find((item) => !Number.isFinite(item));
    if (wrong !== undefined) throw unreadable(`level ${level} holds ${wrong}: must be finite`);
  }
}

function unreadable(rule: string): MonitoringError {
  return new MonitoringError("sketch-unreadable", `KLL sketch: ${rule}`);
}
