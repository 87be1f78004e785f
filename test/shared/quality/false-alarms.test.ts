import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type {
  QualityConstraints,
  QualityStatistics,
} from "../../../shared/contracts/quality-files.ts";
import { chanceOfDrop } from "../../../shared/quality/chance-of-drop.ts";
import { checkModelQuality } from "../../../shared/quality/check-model-quality.ts";
import type { BinaryRows } from "../../../shared/quality/labelled-rows.ts";
import { measureQuality } from "../../../shared/quality/measure-quality.ts";
import { qualityStatistics } from "../../../shared/quality/quality-statistics.ts";
import { suggestQualityConstraints } from "../../../shared/quality/suggest-quality-constraints.ts";
import { type RandomStream, randomStream } from "../../../shared/stats/random-stream.ts";
import { wilsonInterval } from "../../../shared/stats/wilson.ts";

const golden = JSON.parse(
  readFileSync(new URL("../../golden/small-statistics.json", import.meta.url), "utf8"),
);

interface Windows {
  readonly baselineRows: number;
  readonly rows: number;
  readonly times: number;
  readonly withProbabilities: boolean;
  /** Of the window's labels, how many are turned around. */
  readonly turned?: number;
}

/** A model whose probabilities are right. */
function rowsOf(next: RandomStream, count: number, turned: number): BinaryRows {
  const uniform = () => next() / 2 ** 32;
  const probabilities = Float64Array.from({ length: count }, uniform);
  const labels = Uint8Array.from(probabilities, (probability) => {
    return Number(uniform() < probability !== uniform() < turned);
  });
  const predictions = Uint8Array.from(probabilities, (probability) => Number(probability > 0.5));
  return { problem: "binary-classification", probabilities, predictions, labels };
}

/** How many of the windows are violated, each against a baseline of its own. */
function violatedCount({ baselineRows, rows, times, withProbabilities, turned = 0 }: Windows) {
  const next = randomStream(31);
  const measured = (count: number, share: number) => {
    const all = rowsOf(next, count, share);
    return measureQuality(withProbabilities ? all : { ...all, probabilities: null }, "calibrated");
  };
  let count = 0;
  for (let time = 0; time < times; time += 1) {
    const baseline = measured(baselineRows, 0);
    const { outcome } = checkModelQuality({
      measurement: measured(rows, turned),
      constraints: suggestQualityConstraints(baseline),
      baseline: qualityStatistics(baseline),
      minimumLabelCount: 1,
      coverage: { outcome: "passed" },
    });
    if (outcome.outcome === "violated") count += 1;
  }
  return count;
}

describe("a window against all limits of a baseline", () => {
  it.each([
    { baselineRows: 500, rows: 500, times: 1000, withProbabilities: false },
    { baselineRows: 5000, rows: 300, times: 300, withProbabilities: false },
    { baselineRows: 300, rows: 300, times: 60, withProbabilities: true },
  ])("is violated in 5 % of cases at most when nothing has changed: %o", (windows) => {
    const { times } = windows;
    // Three standard deviations of a binomial: the seed is fixed, so this holds or never does.
    expect(violatedCount(windows)).toBeLessThan(times * 0.05 + 3 * Math.sqrt(times * 0.05));
  });

  it.each([
    // Accuracy falls from 0.75 to 0.65.
    { baselineRows: 2000, rows: 500, times: 100, withProbabilities: false, turned: 0.2, least: 90 },
    // And to 0.7, which the probabilities show before the predictions do.
    { baselineRows: 2000, rows: 500, times: 20, withProbabilities: true, turned: 0.1, least: 15 },
  ])("is violated $least times in $times when so many labels are turned: $turned", (windows) => {
    expect(violatedCount(windows)).toBeGreaterThanOrEqual(windows.least);
  });
});

describe("chanceOfDrop", () => {
  it.each<{ baseline: [number, number]; window: [number, number]; pValue: number }>(golden.drops)(
    "agrees with Newcombe's interval in statsmodels: $baseline to $window",
    ({ baseline: [count, of], window: [now, nowOf], pValue }) => {
      const { lower, upper } = wilsonInterval(count, of);
      const interval = { lower_bound: lower, upper_bound: upper };
      const recall = { value: count / of, standard_deviation: Number.NaN };
      const statistics: QualityStatistics = {
        problem: "binary-classification",
        itemCount: of,
        metrics: { recall: { ...recall, confidence_interval: { ...interval, ...BY_WILSON } } },
      };
      const limit = { metric: "recall", threshold: count / of, nature: RATE, statistics };
      const { upper: bound } = wilsonInterval(now, nowOf);
      const found = chanceOfDrop(now / nowOf, bound, { ...limit, windowRowCount: nowOf });
      expect(found).toBeCloseTo(pValue, 9);
    },
  );

  const BY_WILSON = { confidence_level: 0.95, method: "wilson" };
  const RATE = { worse: "lower", range: [0, 1] } as const;

  it("is 1 where the metric is no worse, and nothing where neither side can have moved", () => {
    const limit = { metric: "r2", threshold: 0.5, statistics: null, windowRowCount: 9 };
    const nature = { worse: "lower", range: [-Infinity, 1] } as const;
    expect(chanceOfDrop(0.5, 0.6, { ...limit, nature })).toBe(1);
    expect(chanceOfDrop(0.4, 0.4, { ...limit, nature })).toBe(0);
  });
});

describe("a baseline without a single miss", () => {
  const NAMES = ["recall", "accuracy", "false_positive_rate", "auc", "f1"];
  const perfect = (count: number, missCount = 0): BinaryRows => {
    const labels = Uint8Array.from({ length: count }, (_, row) => row % 2);
    const probabilities = Float64Array.from(labels, (label, row) => {
      // Every second row is positive: as many misses of each class.
      const isRight = row >= 2 * missCount;
      return (label === 1) === isRight ? 0.9 - (row % 9) / 100 : 0.1 + (row % 9) / 100;
    });
    const predictions = Uint8Array.from(probabilities, (probability) => Number(probability > 0.5));
    return { problem: "binary-classification", probabilities, predictions, labels };
  };
  const own = measureQuality(perfect(1000), "calibrated");
  const suggested = suggestQualityConstraints(own).constraints;
  const constraints: QualityConstraints = {
    problem: "binary-classification",
    constraints: Object.fromEntries(NAMES.map((name) => [name, suggested[name]!])),
  };
  const known = qualityStatistics(own);
  const imported = qualityStatistics({ ...own, dialect: "sagemaker" });
  const outcome = (missCount: number, baseline: QualityStatistics | null) =>
    checkModelQuality({
      measurement: measureQuality(perfect(600, missCount), "calibrated"),
      constraints,
      baseline,
      minimumLabelCount: 1,
      coverage: { outcome: "passed" },
    }).outcome.outcome;

  it("limits each metric to what is best", () => {
    const thresholds = Object.values(constraints.constraints).map(({ threshold }) => threshold);
    expect(thresholds).toEqual([1, 1, 0, 1, 1]);
  });

  it.each([
    ["its own intervals are known", known],
    ["Model Monitor's statistics are", imported],
    ["only its constraints are", null],
  ])("is not violated by one miss of each class, but by forty, where %s", (_, baseline) => {
    expect(outcome(0, baseline)).toBe("passed");
    expect(outcome(1, baseline)).toBe("passed");
    expect(outcome(40, baseline)).toBe("violated");
  });
});
