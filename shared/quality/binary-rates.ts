import type { BinaryCounts } from "./confusion-matrix.ts";

/** A rate as a fraction of counted rows: `count` of `of`. */
export interface Rate {
  readonly count: number;
  readonly of: number;
}

/**
 * The rates of a binary classifier, under Model Monitor's names. A rate `of` 0 rows is undefined.
 *
 * Golden: sklearn.metrics.{recall,precision,accuracy}_score and confusion_matrix.
 */
export function binaryRates(counts: BinaryCounts) {
  const { truePositives: tp, falsePositives: fp } = counts;
  const { trueNegatives: tn, falseNegatives: fn } = counts;
  return {
    recall: { count: tp, of: tp + fn },
    precision: { count: tp, of: tp + fp },
    accuracy: { count: tp + tn, of: tp + fp + tn + fn },
    true_positive_rate: { count: tp, of: tp + fn },
    true_negative_rate: { count: tn, of: tn + fp },
    false_positive_rate: { count: fp, of: tn + fp },
    false_negative_rate: { count: fn, of: tp + fn },
  } satisfies Record<string, Rate>;
}

/** null when there is nothing to take a share of. */
export function rateValue({ count, of }: Rate): number | null {
  return of === 0 ? null : count / of;
}
