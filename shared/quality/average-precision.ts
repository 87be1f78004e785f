/**
 * Average precision: the area under the precision–recall curve as a step function.
 *
 * No interpolation between its points, which would be too optimistic.
 *
 * @param order rows by descending score
 * @param scores finite
 * @param labels 0 or 1
 * @param weights how often each row counts, each ≥ 0; absent means once
 * @returns a number in [0, 1]; null when no row is positive
 *
 * Cost: O(n) on sorted rows. Source: Davis & Goadrich 2006, doi:10.1145/1143844.1143874.
 * Golden: sklearn.metrics.average_precision_score.
 */
export function averagePrecision(
  order: Uint32Array,
  scores: Float64Array,
  labels: Uint8Array,
  weights?: Float64Array,
): number | null {
  let positives = 0;
  let predicted = 0;
  let area = 0;
  for (let at = 0; at < order.length; ) {
    const score = scores[order[at]!]!;
    let gained = 0;
    for (; at < order.length && scores[order[at]!] === score; at += 1) {
      const row = order[at]!;
      const weight = weights === undefined ? 1 : weights[row]!;
      predicted += weight;
      if (labels[row] === 1) gained += weight;
    }
    positives += gained;
    if (gained > 0) area += (gained * positives) / predicted;
  }
  return positives === 0 ? null : area / positives;
}
