import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { LabelJoin } from "../../../shared/labels/label-join.ts";
import { JoinedRowsBuilder } from "../../../shared/quality/joined-rows.ts";
import { type MulticlassRows, multiclassRows } from "../../../shared/quality/labelled-rows.ts";
import { measureQuality } from "../../../shared/quality/measure-quality.ts";
import { predictedRows, predictionColumns } from "../../../shared/quality/prediction-columns.ts";
import { qualityStatistics } from "../../../shared/quality/quality-statistics.ts";
import { suggestQualityConstraints } from "../../../shared/quality/suggest-quality-constraints.ts";

const golden = JSON.parse(
  readFileSync(new URL("../../golden/model-quality.json", import.meta.url), "utf8"),
);

interface Case {
  readonly name: string;
  readonly classes: string[];
  /** The classes that the model knows. */
  readonly known: string[];
  /** Probabilities, predicted class, label, rows. */
  readonly cells: number[][];
  readonly values: Record<string, number>;
  readonly intervals: Record<string, [number, number]>;
}

function rowsOf({ classes, known, cells }: Case): MulticlassRows {
  const rows = cells.flatMap((cell) => Array.from({ length: cell.at(-1)! }, () => cell));
  const nameOf = (index: number) => classes[index]!;
  return multiclassRows(
    rows.map((row) => nameOf(row.at(-2)!)),
    rows.map((row) => nameOf(row.at(-3)!)),
    {
      classCount: known.length,
      values: Float64Array.from(rows.flatMap((row) => row.slice(0, known.length))),
      truths: Int32Array.from(rows, (row) => known.indexOf(nameOf(row.at(-2)!))),
    },
  );
}

describe("the metrics of the probabilities of classes", () => {
  it.each<Case>(golden.class_probabilities)("agree with scikit-learn and scipy: $name", (known) => {
    const { metrics } = measureQuality(rowsOf(known), "calibrated");
    const byName = new Map(metrics.map((metric) => [metric.name, metric]));
    for (const [name, value] of Object.entries(known.values)) {
      expect(byName.get(name)?.value, name).toBeCloseTo(value, 9);
    }
    for (const [name, [lower, upper]] of Object.entries(known.intervals)) {
      expect(byName.get(name)?.interval?.lower, `${name}, lower`).toBeCloseTo(lower, 9);
      expect(byName.get(name)?.interval?.upper, `${name}, upper`).toBeCloseTo(upper, 9);
    }
    expect(Object.keys(known.values)).toHaveLength(4);
    expect(Object.keys(known.intervals)).toHaveLength(3);
    expect(byName.get("classwise_calibration_error")?.interval).toBeNull();
  });

  const measured = (probabilities: number[], truth: number) => {
    const rows = multiclassRows(["a"], ["a"], {
      classCount: probabilities.length,
      values: Float64Array.from(probabilities),
      truths: Int32Array.of(truth),
    });
    const { metrics } = measureQuality(rows, "calibrated");
    return Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
  };

  it("are 0 for a model that is certain and right, and worst for one that is certain and wrong", () => {
    expect(measured([1, 0, 0], 0)).toMatchObject({
      log_loss: expect.closeTo(0, 12),
      brier_score: 0,
      expected_calibration_error: 0,
      classwise_calibration_error: 0,
    });
    expect(measured([1, 0, 0], 1)).toMatchObject({
      log_loss: expect.closeTo(36.04, 2),
      brier_score: 2,
      expected_calibration_error: 1,
      classwise_calibration_error: 2 / 3,
    });
  });

  it("are written and constrained in our dialect alone", () => {
    const rows = rowsOf(golden.class_probabilities[1]);
    const files = (dialect: "sagemaker" | "calibrated") => {
      const measurement = measureQuality(rows, dialect);
      const { constraints } = suggestQualityConstraints(measurement);
      const { metrics } = qualityStatistics(measurement);
      return [Object.keys(constraints), Object.keys(metrics)].map((names) =>
        names.filter((name) => /loss|score|error/.test(name)),
      );
    };
    const [log, brier] = ["log_loss", "brier_score"];
    const errors = ["expected_calibration_error", "classwise_calibration_error"];
    expect(files("calibrated")).toEqual([
      [log, brier],
      [log, brier, ...errors],
    ]);
    expect(files("sagemaker")).toEqual([[], []]);
  });
});

describe("the probabilities of classes in a model's answer", () => {
  const classes = ["cat", "dog", "owl"];
  const problem = "multiclass-classification" as const;
  const read = (
    data: string,
    probabilities: number | string | (number | string)[],
    more: { kind?: "csv" | "json"; label?: number | string } = {},
  ) => {
    const { kind = "csv", ...label } = more;
    const columns = predictionColumns({
      problem,
      prediction: { classes, probabilities, ...label },
    });
    return predictedRows({ data, kind }, columns);
  };
  const row = { probability: null, label: "dog", probabilities: Float64Array.of(0.1, 0.7, 0.2) };

  it.each([
    ["a column each", "0.1,0.7,0.2", [0, 1, 2], {}],
    ["a column each, in another order", "0.2,0.1,0.7", [1, 2, 0], {}],
    ["a list that was not quoted", "[0.1, 0.7, 0.2]", [0, 1, 2], {}],
    ["a list in one cell", 'dog,"[0.1, 0.7, 0.2]"', 1, { label: 0 }],
    ["a list as numpy writes it", "dog,[0.1 0.7 0.2]", 1, { label: 0 }],
    ["a JSON list", "[0.1,0.7,0.2]", [0, 1, 2], { kind: "json" }],
    [
      "a JSON list by name",
      '{"label":"dog","scores":[0.1,0.7,0.2]}',
      "scores",
      { kind: "json", label: "label" },
    ],
    ["rows of JSON lists by name", '{"predictions":[{"p":[0.1,0.7,0.2]}]}', "p", { kind: "json" }],
  ] as const)("are read from %s", (_, data, probabilities, more) => {
    const columns = typeof probabilities === "object" ? [...probabilities] : probabilities;
    expect(read(data, columns, more)).toEqual([row]);
  });

  it.each([
    ["one is missing", "0.1,0.9"],
    ["one is no number", "0.1,high,0.2"],
    ["one is outside [0, 1]", "-0.1,0.9,0.2"],
    ["they do not add up to 1", "0.9,0.9,0.9"],
  ])("are none when %s", (_, data) => {
    expect(read(data, [0, 1, 2])).toEqual([
      { probability: null, label: null, probabilities: null },
    ]);
  });

  it("make rows that cannot be read count as such, and labels that no class has", () => {
    const line = (id: string, data: string) => ({ id, data });
    const captures = [
      line("a", "0.1,0.7,0.2"),
      line("b", "0.9,0.9,0.9"),
      line("c", "0.6,0.2,0.2"),
      line("d", "0.5,0.3,0.2"),
    ].map(({ id, data }) =>
      JSON.stringify({
        captureData: { endpointOutput: { data, encoding: "CSV" } },
        eventMetadata: { eventId: id, inferenceTime: "2026-01-12T00:00:00Z" },
      }),
    );
    const labels = [line("a", "dog"), line("b", "dog"), line("c", "fox")].map(({ id, data }) =>
      JSON.stringify({
        groundTruthData: { data, encoding: "CSV" },
        eventMetadata: { eventId: id },
      }),
    );
    const join = new LabelJoin("records");
    join.labels.push(Buffer.from(labels.join("\n")));
    join.labels.end();
    join.captures.push(Buffer.from(captures.join("\n")));
    join.captures.end();
    const prediction = { classes, probabilities: [0, 1, 2] };
    const builder = new JoinedRowsBuilder(predictionColumns({ problem, prediction }));
    builder.add(join, null);
    const found = builder.rows();
    expect(found).toMatchObject({ capturedCount: 3, unreadableCount: 1 });
    expect(found.labelledScores).toEqual(Float64Array.of(0.7, 0.6));
    expect(found.unlabelledScores).toEqual(Float64Array.of(0.5));
    expect(found.rows).toMatchObject({
      classes: ["cat", "dog", "fox"],
      labels: Uint32Array.of(1, 2),
      predictions: Uint32Array.of(1, 0),
      probabilities: {
        classCount: 3,
        values: Float64Array.of(0.1, 0.7, 0.2, 0.6, 0.2, 0.2),
        truths: Int32Array.of(1, -1),
      },
    });
  });
});
