import type { BinaryCounts, ClassCounts } from "./confusion-matrix.ts";

/** The counts of a binary classifier that always says the same. */
export function constantBinary(counts: BinaryCounts, prediction: 0 | 1): BinaryCounts {
  const positives = counts.truePositives + counts.falseNegatives;
  const negatives = counts.trueNegatives + counts.falsePositives;
  return prediction === 1
    ? { truePositives: positives, falsePositives: negatives, trueNegatives: 0, falseNegatives: 0 }
    : { truePositives: 0, falsePositives: 0, trueNegatives: negatives, falseNegatives: positives };
}

/** The counts of a classifier that always says the one class. */
export function constantClass({ classCount, counts }: ClassCounts, constant: number): ClassCounts {
  const moved = new Float64Array(counts.length);
  for (let cell = 0; cell < counts.length; cell += 1) {
    const actual = Math.floor(cell / classCount);
    moved[actual * classCount + constant]! += counts[cell]!;
  }
  return { classCount, counts: moved };
}

/** The class with most labels; the first of them when several have. */
export function majorityClass({ classCount, counts }: ClassCounts): number {
  let best = 0;
  let bestCount = -1;
  for (let actual = 0; actual < classCount; actual += 1) {
    const row = counts.subarray(actual * classCount, (actual + 1) * classCount);
    const count = row.reduce((sum, cell) => sum + cell, 0);
    if (count > bestCount) [best, bestCount] = [actual, count];
  }
  return best;
}
