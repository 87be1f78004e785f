import type { BinaryRows, MulticlassRows } from "./labelled-rows.ts";
import { requireSameLength } from "./labelled-rows.ts";

/** How often each prediction met each label; counts may be of a resample. */
export interface BinaryCounts {
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly trueNegatives: number;
  readonly falseNegatives: number;
}

/**
 * Counts of a binary classifier.
 *
 * @throws RangeError when the columns differ in length or a value is neither 0 nor 1
 */
export function countBinary({ labels, predictions }: BinaryRows): BinaryCounts {
  requireSameLength("predictions", predictions.length, labels.length);
  const counts = [0, 0, 0, 0];
  for (let row = 0; row < labels.length; row += 1) {
    const label = labels[row]!;
    const prediction = predictions[row]!;
    if (label > 1 || prediction > 1) {
      const values = `label ${label}, prediction ${prediction}`;
      throw new RangeError(`row ${row}: ${values}: must each be 0 or 1`);
    }
    counts[label * 2 + prediction]! += 1;
  }
  const [trueNegatives = 0, falsePositives = 0, falseNegatives = 0, truePositives = 0] = counts;
  return { truePositives, falsePositives, trueNegatives, falseNegatives };
}

/** `counts[actual * classCount + predicted]`, rows of the actual classes as Model Monitor. */
export interface ClassCounts {
  readonly classCount: number;
  readonly counts: Float64Array;
}

/**
 * Counts of a classifier of any number of classes. Cost: O(rows), memory O(classes²).
 *
 * @throws RangeError when the columns differ in length or an index names no class
 */
export function countClasses({ classes, labels, predictions }: MulticlassRows): ClassCounts {
  requireSameLength("predictions", predictions.length, labels.length);
  const classCount = classes.length;
  const counts = new Float64Array(classCount * classCount);
  for (let row = 0; row < labels.length; row += 1) {
    const actual = labels[row]!;
    const predicted = predictions[row]!;
    if (actual >= classCount || predicted >= classCount) {
      const indexes = `class ${Math.max(actual, predicted)}`;
      throw new RangeError(`row ${row}: ${indexes}: must be below ${classCount}`);
    }
    counts[actual * classCount + predicted]! += 1;
  }
  return { classCount, counts };
}
