import type { ArmOutcomes, PairedOutcomes } from "./rate-evidence.ts";

/** A prediction whose label is in. */
export interface ScoredLabel {
  /** Of the capture: what decides who is paired with whom must not be the score. */
  readonly id: string;
  readonly score: number;
  readonly positive: boolean;
}

export interface PairedLabels {
  readonly champion: readonly ScoredLabel[];
  readonly candidate: readonly ScoredLabel[];
}

/** Outcomes of some intervals together. */
export interface LabelBlock extends PairedOutcomes {
  /** How many intervals had come when it was closed. */
  readonly intervalCount: number;
}

/** So many records of the rarer class make a group: more would leave too few groups to bet on. */
const GROUP_SIZE = 3;
/** Of each class in each arm: so many close a block. */
const CLASS_COUNT_LEAST = 2 * GROUP_SIZE;

/**
 * Labelled scores as outcomes whose mean is 1 − AUC, so that a loss of AUC is tested as a rate.
 *
 * Each record of the rarer class is compared with its own few of the other: the share of them that
 * it is misordered with (ties count half) has 1 − AUC as its mean, and no record is used twice, so
 * the outcomes are independent, which all pairs of all records would not be. Intervals are joined
 * until each arm has some of each class; what is left at the end waits for more.
 *
 * @param intervals disjoint, by when the label came, in order of time
 * @returns one entry a closed block, in order
 * @throws RangeError when a score is not finite
 *
 * Cost: O(n log n) for the order of ids.
 * Golden: 1 − sklearn.metrics.roc_auc_score of each group.
 */
export function misorderedPairs(intervals: readonly PairedLabels[]): LabelBlock[] {
  const blocks: LabelBlock[] = [];
  let champion: ScoredLabel[] = [];
  let candidate: ScoredLabel[] = [];
  for (const [index, interval] of intervals.entries()) {
    champion = champion.concat(interval.champion);
    candidate = candidate.concat(interval.candidate);
    if (!isEnough(champion) || !isEnough(candidate)) continue;
    blocks.push({
      champion: outcomesOf(champion),
      candidate: outcomesOf(candidate),
      intervalCount: index + 1,
    });
    champion = [];
    candidate = [];
  }
  return blocks;
}

function isEnough(records: readonly ScoredLabel[]): boolean {
  const positives = records.filter(({ positive }) => positive).length;
  return Math.min(positives, records.length - positives) >= CLASS_COUNT_LEAST;
}

function outcomesOf(records: readonly ScoredLabel[]): ArmOutcomes {
  const bad = records.find(({ score }) => !Number.isFinite(score));
  if (bad !== undefined) {
    throw new RangeError(`canary: label of "${bad.id}": score ${bad.score}: must be finite`);
  }
  const inOrder = [...records].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  const positives = inOrder.filter(({ positive }) => positive);
  const negatives = inOrder.filter(({ positive }) => !positive);
  const rarer = positives.length <= negatives.length ? positives : negatives;
  const groupCount = Math.floor(rarer.length / GROUP_SIZE);
  const values = Array.from({ length: groupCount }, (_, group) => {
    const own = [positives, negatives].map((of) => everyOther(of, group, groupCount));
    return misorderedShare(own[0]!, own[1]!);
  });
  const eventSum = values.reduce((sum, value) => sum + value, 0);
  return { trialCount: values.length, eventSum, values };
}

function everyOther<T>(values: readonly T[], first: number, step: number): T[] {
  const found: T[] = [];
  for (let at = first; at < values.length; at += step) found.push(values[at]!);
  return found;
}

function misorderedShare(
  positives: readonly ScoredLabel[],
  negatives: readonly ScoredLabel[],
): number {
  let misordered = 0;
  for (const { score } of positives) {
    for (const other of negatives) {
      misordered += score < other.score ? 1 : score === other.score ? 0.5 : 0;
    }
  }
  return misordered / (positives.length * negatives.length);
}
