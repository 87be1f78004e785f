import { describe, expect, it } from "vitest";
import { areaUnderRoc } from "../../../shared/quality/area-under-roc.ts";
import { bootstrapCounts, bootstrapRows } from "../../../shared/quality/bootstrap.ts";
import { countBinary } from "../../../shared/quality/confusion-matrix.ts";
import { fScore } from "../../../shared/quality/f-score.ts";
import type { BinaryRows } from "../../../shared/quality/labelled-rows.ts";
import { probabilityMetrics } from "../../../shared/quality/probability-metrics.ts";
import type { Interval } from "../../../shared/stats/interval.ts";
import { type RandomStream, randomStream } from "../../../shared/stats/random-stream.ts";
import { wilsonInterval } from "../../../shared/stats/wilson.ts";

const ROWS = 500;

/** Probabilities are uniform and right, so that the true value of every metric is known. */
const TRUTH = { accuracy: 3 / 4, auc: 5 / 6, f1: 3 / 4, brierScore: 1 / 6 };

function windowOf(next: RandomStream): BinaryRows & { probabilities: Float64Array } {
  const uniform = () => next() / 2 ** 32;
  const probabilities = Float64Array.from({ length: ROWS }, uniform);
  return {
    problem: "binary-classification",
    probabilities,
    labels: Uint8Array.from(probabilities, (probability) => Number(uniform() < probability)),
    predictions: Uint8Array.from(probabilities, (probability) => Number(probability > 0.5)),
  };
}

const INTERVALS: Record<keyof typeof TRUTH, (rows: ReturnType<typeof windowOf>) => Interval> = {
  accuracy: (rows) => {
    const { truePositives, trueNegatives } = countBinary(rows);
    return wilsonInterval(truePositives + trueNegatives, ROWS);
  },
  auc: ({ probabilities, labels }) => areaUnderRoc(probabilities, labels)!.interval!,
  f1: (rows) => {
    const { truePositives, falsePositives, falseNegatives, trueNegatives } = countBinary(rows);
    const kinds = Float64Array.of(truePositives, falsePositives, falseNegatives, trueNegatives);
    return bootstrapCounts(kinds, ([tp = 0, fp = 0, fn = 0]) => [
      fScore({ truePositives: tp, falsePositives: fp, falseNegatives: fn }, 1),
    ])[0]!;
  },
  brierScore: ({ probabilities, labels }) =>
    bootstrapRows(ROWS, (part) =>
      probabilityMetrics(
        Float64Array.from(part, (row) => probabilities[row]!),
        Uint8Array.from(part, (row) => labels[row]!),
      ),
    )[1]!,
};

describe("95 % intervals", () => {
  it.each([
    { metric: "accuracy", windows: 1000 },
    { metric: "auc", windows: 1000 },
    { metric: "f1", windows: 200 },
    { metric: "brierScore", windows: 100 },
  ] as const)(
    "hold the truth in 95 % of $windows windows, and miss as often on either side: $metric",
    ({ metric, windows }) => {
      const next = randomStream(11);
      let [below, above] = [0, 0];
      for (let window = 0; window < windows; window += 1) {
        const { lower, upper } = INTERVALS[metric](windowOf(next));
        if (upper < TRUTH[metric]) below += 1;
        if (lower > TRUTH[metric]) above += 1;
      }
      // Four standard deviations of a binomial: the seed is fixed, so this holds or never does.
      const misses = (rate: number) => windows * rate + 4 * Math.sqrt(windows * rate);
      expect(below + above).toBeLessThan(misses(0.05));
      expect(below).toBeLessThan(misses(0.025));
      expect(above).toBeLessThan(misses(0.025));
      if (windows >= 1000) expect(below + above).toBeGreaterThan(windows * 0.03);
    },
  );
});
