import { describe, expect, it } from "vitest";
import type { EvaluationDefinition } from "../../../shared/contracts/rollout-definition.ts";
import type { HoldoutRow } from "../../../shared/contracts/self-healing/training-set.ts";
import { readChallengerOutput } from "../../../shared/evaluate/challenger-output.ts";
import {
  type EvaluationInput,
  evaluateChallenger,
} from "../../../shared/evaluate/evaluate-challenger.ts";
import { slicesOf } from "../../../shared/evaluate/slices.ts";
import {
  type PredictionColumns,
  predictionColumns,
} from "../../../shared/quality/prediction-columns.ts";
import { randomStream } from "../../../shared/stats/random-stream.ts";
import { definitionWith } from "../window/sample-definition.ts";

const columns = predictionColumns({ problem: "binary-classification" });
const csv = { contentType: "text/csv", columnCount: 1, names: null } as const;
const rules: EvaluationDefinition = { ...definitionWith().evaluation };

const uniform = (next: () => number): number => next() / 0x1_0000_0000;

/** A champion that knows something, and challengers that know more, the same or less. */
function rowsWith(count: number) {
  const next = randomStream(7);
  return Array.from({ length: count }, (_, row) => {
    const label = row % 2;
    const answer = (strength: number) => {
      const noise = uniform(next);
      return ((strength * label + noise) / (1 + strength)).toFixed(6);
    };
    const [champion, better, worse] = [answer(0.4), answer(0.7), answer(0)];
    return { label: String(label), champion, better, worse, input: `${row},${row % 3}` };
  });
}

const ROWS = rowsWith(600);

const holdoutOf = (rows: readonly { label: string; champion: string }[]): HoldoutRow[] =>
  rows.map(({ label, champion }, row) => ({
    id: `r${row}`,
    row: 0,
    inferenceTime: "2026-01-01T00:00:00.000Z",
    label,
    champion: { probability: champion, label: null },
  }));

const inputWith = (more: Partial<EvaluationInput> = {}): EvaluationInput => ({
  evaluation: rules,
  metric: "auc",
  columns,
  dataset: {
    columns: [
      { name: "age", kind: "number" },
      { name: "plan", kind: "number" },
    ],
    holdoutContentType: "text/csv",
    output: csv,
  },
  holdout: holdoutOf(ROWS),
  inputs: ROWS.map(({ input }) => `${input}\n`).join(""),
  output: ROWS.map(({ better }) => `${better}\n`).join(""),
  ...more,
});

const evaluated = (more: Partial<EvaluationInput> = {}) => evaluateChallenger(inputWith(more));
const linesOf = (values: readonly string[]): string => values.map((value) => `${value}\n`).join("");

describe("evaluateChallenger", () => {
  it("finds a better challenger better, and says by how much", () => {
    const { evaluation, rows } = evaluated();
    expect(evaluation.outcome).toBe("better");
    expect(evaluation.reason).toMatch(
      /^auc 0\.\d+ against 0\.\d+, better by 0\.\d+ \(95 % interval/,
    );
    expect(evaluation.reason).toMatch(
      /of the gain 0\.\d+ to 0\.\d+\): its lower bound is above 0$/,
    );
    expect(evaluation).toMatchObject({ metric: "auc", margin: 0, rowCount: 600, problems: [] });
    expect(evaluation.challenger! - evaluation.champion!).toBe(evaluation.improvement!.value);
    expect(evaluation.test).toMatchObject({ name: "delong" });
    const ofMetric = ({ metric }: { metric: string }) => metric === "auc";
    expect(evaluation.championMetrics.find(ofMetric)?.value).toBeCloseTo(evaluation.champion!, 12);
    expect(rows!.challenger.labels).toEqual(rows!.champion.labels);
  });

  it.each([
    ["a worse one", linesOf(ROWS.map(({ worse }) => worse)), rules],
    ["an equal one", linesOf(ROWS.map(({ champion }) => champion)), rules],
    ["one that gains less than the margin", inputWith().output, { ...rules, margin: 0.5 }],
  ])("keeps the champion against %s", (_, output, evaluation) => {
    const found = evaluated({ output, evaluation }).evaluation;
    expect(found.outcome).toBe("not-better");
    expect(found.reason).toMatch(/its lower bound must be above/);
  });

  /** The champion's answers but for the first positives of a plan, which get another one. */
  const nudged = (answer: string, isNudged: (input: string) => boolean): string => {
    let left = 3;
    return linesOf(
      ROWS.map(({ input, label, champion }) => {
        if (label === "0" || !isNudged(input) || left === 0) return champion;
        left -= 1;
        return answer;
      }),
    );
  };

  it("keeps the champion against one whose gain may be chance", () => {
    const found = evaluated({ output: nudged("0.999", () => true) }).evaluation;
    expect(found.improvement!.value).toBeGreaterThan(0);
    expect(found.outcome).toBe("not-better");
  });

  it.each(["accuracy", "f1", "logLoss"] as const)("compares by %s as well", (metric) => {
    const better = evaluated({ metric }).evaluation;
    expect(better.outcome).toBe("better");
    const output = linesOf(ROWS.map(({ worse }) => worse));
    expect(evaluated({ metric, output }).evaluation.outcome).toBe("not-better");
  });

  it("concludes nothing from too few rows, however good they look", () => {
    const few = ROWS.slice(0, 199);
    const found = evaluated({
      holdout: holdoutOf(few),
      output: linesOf(few.map(({ label }) => label)),
    }).evaluation;
    expect(found).toMatchObject({
      outcome: "inconclusive",
      reason: "199 rows to compare: at least 200 are needed",
    });
  });

  it("concludes nothing from rows of one class", () => {
    const holdout = holdoutOf(ROWS.map((row) => ({ ...row, label: "1" })));
    const found = evaluated({ holdout }).evaluation;
    expect(found.outcome).toBe("inconclusive");
    expect(found.reason).toBe("auc has no interval in these 600 rows");
  });

  const slices = [{ feature: "plan" }];
  const worseIn = (plan: string) =>
    linesOf(
      ROWS.map(({ input, better, label }) => (input.endsWith(plan) ? flipped(label) : better)),
    );

  it("keeps the champion where one slice gets worse for certain", () => {
    const found = evaluated({ evaluation: { ...rules, slices }, output: worseIn(",2") }).evaluation;
    expect(found.outcome).toBe("not-better");
    expect(found.reason).toMatch(
      /^where plan is 2: auc 0 against 0\.\d+, worse by 0\.\d+ \(98\.33 %/,
    );
    expect(found.slices.map(({ value, outcome }) => [value, outcome])).toEqual([
      ["0", "passed"],
      ["1", "passed"],
      ["2", "worse"],
    ]);
  });

  it("does not call a slice worse whose loss may be chance", () => {
    const output = nudged("0.001", (input) => input.endsWith(",2"));
    const found = evaluated({ evaluation: { ...rules, slices }, output }).evaluation.slices;
    const worst = found.find(({ value }) => value === "2")!;
    expect(worst.improvement!.value).toBeLessThan(0);
    expect(worst.outcome).toBe("passed");
  });

  it("lets a slice be worse by as much as the definition tolerates", () => {
    const evaluation = { ...rules, slices, sliceMargin: 0.99 };
    const found = evaluated({ evaluation, output: worseIn(",2") }).evaluation;
    expect(found.slices.map(({ outcome }) => outcome)).not.toContain("worse");
  });

  it("says which slices it could not measure", () => {
    const evaluation = {
      ...rules,
      slices: [{ feature: "plan", values: [2, 9] }, { feature: "gone" }],
    };
    const found = evaluated({ evaluation }).evaluation.slices;
    expect(found.map(({ value, rowCount, outcome }) => [value, rowCount, outcome])).toEqual([
      ["2", 200, "passed"],
      ["9", 0, "inconclusive"],
      ["", 0, "inconclusive"],
    ]);
    expect(found[1]!.reason).toBe("0 rows: at least 50 are needed");
  });

  it("gives the same numbers each time", () => {
    const more = { metric: "logLoss" as const, evaluation: { ...rules, slices } };
    expect(evaluated(more).evaluation).toEqual(evaluated(more).evaluation);
  });
});

function flipped(label: string): string {
  return String(1 - Number(label));
}

describe("a challenger's output", () => {
  const bad = (row: number, value: string): string =>
    linesOf(ROWS.map(({ better }, index) => (index === row ? value : better)));

  it.each([
    ["a text", bad(2, "high"), 'row 3: "high": the probability must be in [0, 1]'],
    ["no number", bad(0, "NaN"), 'row 1: "NaN": the probability must be in [0, 1]'],
    ["no probability", bad(0, "1.2"), 'row 1: "1.2": the probability must be in [0, 1]'],
    ["another column", bad(4, "0.1,0.9"), "row 5: 2 columns: must be 1 column, as the champion's"],
    ["one row less", linesOf(ROWS.slice(1).map(({ better }) => better)), "the output: 599 rows"],
    ["one row more", `${linesOf(ROWS.map(({ better }) => better))}0.5\n`, "the output: 601 rows"],
    ["nothing", "", "the output: 0 rows: must be 600, one for each row of the holdout"],
    ["an open quote", '"0.5', "must be text/csv, as the champion's answers (invalid-csv)"],
    [
      "many faults",
      linesOf(ROWS.map(() => "x")),
      'row 1: "x": the probability must be in [0, 1] (and 599 more)',
    ],
  ])("is refused with %s, with place, value and rule", (_, output, reason) => {
    const { evaluation, rows } = evaluated({ output });
    expect(evaluation.outcome).toBe("invalid-output");
    expect(evaluation.reason).toContain(reason);
    expect(evaluation.problems.length).toBeLessThanOrEqual(10);
    expect(rows).toBeNull();
  });

  const read = (text: string, form: object, of: Partial<PredictionColumns>) =>
    readChallengerOutput(text, {
      rowCount: 2,
      form: { ...csv, ...form },
      columns: { ...columns, probability: null, ...of },
    });

  it("may be JSON, with the champion's names", () => {
    const form = { contentType: "application/json", names: ["label", "score"], columnCount: 2 };
    const of = { probability: "score" };
    const good = '{"score":0.5,"label":1}\n{"label":0,"score":0.25}\n';
    expect(read(good, form, of).rows.map(({ probability }) => probability)).toEqual([
      "0.5",
      "0.25",
    ]);
    const renamed = read(good.replaceAll("score", "probability"), form, of);
    expect(renamed.problems[0]).toEqual({
      place: "row 1",
      value: "2 columns (label, probability)",
      rule: "must be 2 columns (label, score), as the champion's answers",
    });
  });

  it.each([
    ["regression" as const, "1.5\nInfinity\n", "the prediction must be a finite number"],
    ["binary-classification" as const, "1\n2\n", "the class must be 0 or 1"],
    ["multiclass-classification" as const, 'a\n""\n', undefined],
  ])("of a %s has that problem's values", (problem, text, rule) => {
    expect(read(text, {}, { problem, label: 0 }).problems[0]?.rule).toBe(rule);
  });

  it("of several classes has probabilities that add up to 1", () => {
    const of = {
      problem: "multiclass-classification" as const,
      classes: { classes: ["a", "b"], columns: [0, 1] },
    };
    const form = { columnCount: 2 };
    expect(read("0.4,0.6\n0.1,0.9\n", form, of).rows.map(({ label }) => label)).toEqual(["b", "b"]);
    expect(read("0.4,0.6\n0.1,0.1\n", form, of).problems[0]).toEqual({
      place: "row 2",
      value: "nothing",
      rule: "must be 2 probabilities that add up to 1",
    });
  });
});

describe("slicesOf", () => {
  const dataset = inputWith().dataset;

  it("takes the most frequent values, and numbers by value", () => {
    const inputs = "1,a\n1.0,b\n2,b\n,b\n";
    const named = slicesOf([{ feature: "age", values: [1] }, { feature: "plan" }], inputs, dataset);
    expect(named.map(({ value, rows }) => [value, [...rows]])).toEqual([
      ["1", [0, 1]],
      ["b", [1, 2, 3]],
      ["a", [0]],
    ]);
  });

  it("finds features by name in JSON", () => {
    const json = { ...dataset, holdoutContentType: "application/json" as const };
    const inputs = '{"plan":"x","age":1}\n{"age":2}\n';
    expect(slicesOf([{ feature: "age", values: [2] }], inputs, json)[0]!.rows).toEqual(
      Uint32Array.of(1),
    );
  });
});
