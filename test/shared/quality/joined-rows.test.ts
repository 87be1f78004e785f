import { describe, expect, it } from "vitest";
import type { Problem } from "../../../shared/contracts/quality-files.ts";
import { LabelJoin } from "../../../shared/labels/label-join.ts";
import { JoinedRowsBuilder } from "../../../shared/quality/joined-rows.ts";
import { coverageOutcome, labelCoverage } from "../../../shared/quality/label-coverage.ts";
import { predictionColumns } from "../../../shared/quality/prediction-columns.ts";

const capture = (id: string, output: string, encoding = "CSV", at = "2026-01-12T00:00:00Z") =>
  JSON.stringify({
    captureData: { endpointOutput: { observedContentType: "x", data: output, encoding } },
    eventMetadata: { eventId: id, inferenceTime: at },
    eventVersion: "0",
  });
const label = (id: string, data: string, more: object = {}, encoding = "CSV") =>
  JSON.stringify({
    groundTruthData: { data, encoding },
    eventMetadata: { eventId: id, ...more },
    eventVersion: "0",
  });

interface Prediction {
  readonly probability?: number | string;
  readonly label?: number | string;
  readonly threshold?: number;
}

function rowsOf(
  problem: Problem,
  {
    captures,
    labels,
    prediction = {},
  }: { captures: string[]; labels: string[]; prediction?: Prediction },
  window: { fromMillis: number; toMillis: number } | null = null,
) {
  const join = new LabelJoin("records");
  join.labels.push(Buffer.from(labels.join("\n")));
  join.labels.end();
  join.captures.push(Buffer.from(captures.join("\n")));
  join.captures.end();
  const builder = new JoinedRowsBuilder(predictionColumns({ problem, prediction }));
  builder.add(join, window);
  return builder.rows();
}

describe("the rows of a join", () => {
  it("give the k-th label to the k-th row, and rows without one to the unlabelled", () => {
    const { rows, capturedCount, recordCount } = rowsOf("binary-classification", {
      captures: [capture("a", "0.9\n0.2\n0.7")],
      labels: [label("a", "1\n0")],
    });
    expect(rows).toMatchObject({ labels: Uint8Array.of(0, 1), predictions: Uint8Array.of(0, 1) });
    expect(rows).toMatchObject({ probabilities: Float64Array.of(0.2, 0.9) });
    expect([recordCount, capturedCount]).toEqual([1, 3]);
  });

  it("read predictions and labels from JSON by name", () => {
    const { rows } = rowsOf("binary-classification", {
      captures: [capture("a", '{"predictions":[{"p":0.6,"y":0},{"p":0.7,"y":1}]}', "JSON")],
      labels: [label("a", '{"label":0}\n{"label":1}', {}, "JSON")],
      prediction: { probability: "p", label: "y" },
    });
    expect(rows).toMatchObject({
      labels: Uint8Array.of(0, 1),
      predictions: Uint8Array.of(0, 1),
      probabilities: Float64Array.of(0.6, 0.7),
    });
  });

  it("predict the positive class above the threshold, not at it", () => {
    const { rows } = rowsOf("binary-classification", {
      captures: [capture("a", "0.8\n0.81")],
      labels: [label("a", "1\n1")],
      prediction: { probability: 0, threshold: 0.8 },
    });
    expect(rows.predictions).toEqual(Uint8Array.of(0, 1));
  });

  it("keep names of classes, and numbers of a regression", () => {
    const classes = rowsOf("multiclass-classification", {
      captures: [capture("a", "cat,0.9"), capture("b", "dog,0.8")],
      labels: [label("a", "dog"), label("b", "dog")],
    });
    expect(classes.rows).toMatchObject({
      classes: ["cat", "dog"],
      labels: Uint32Array.of(1, 1),
      predictions: Uint32Array.of(0, 1),
    });
    const numbers = rowsOf("regression", {
      captures: [capture("a", "1e3")],
      labels: [label("a", "-2.5")],
    });
    expect(numbers.rows).toMatchObject({
      labels: Float64Array.of(-2.5),
      predictions: Float64Array.of(1000),
    });
  });

  it("count what cannot be read, and never take it for a wrong prediction", () => {
    const { rows, unreadableCount, capturedCount } = rowsOf("binary-classification", {
      captures: [
        capture("a", "0.9"),
        capture("b", "error"),
        capture("c", "1.5"),
        capture("d", "0.5", "FLATBUFFERS"),
        capture("e", "0.1"),
      ],
      labels: ["a", "b", "c", "d"].map((id) => label(id, "1")).concat(label("e", "maybe")),
    });
    expect(rows.labels).toEqual(Uint8Array.of(1));
    expect([unreadableCount, capturedCount]).toEqual([4, 1]);
  });

  it("leave out captures of other times", () => {
    const captures = [
      capture("a", "0.9", "CSV", "2026-01-12T00:59:59Z"),
      capture("b", "0.9", "CSV", "2026-01-12T01:00:00Z"),
    ];
    const window = { fromMillis: Date.UTC(2026, 0, 12), toMillis: Date.UTC(2026, 0, 12, 1) };
    expect(rowsOf("binary-classification", { captures, labels: [] }, window).capturedCount).toBe(1);
  });
});

describe("the coverage of a window", () => {
  const context = { invocationCount: 8, unmatchedLabelCount: null };
  const joined = rowsOf("binary-classification", {
    captures: ["a", "b", "c", "d"].map((id) => capture(id, "0.9")),
    labels: [
      label("a", "1", { labelTime: "2026-01-12T01:00:00Z" }),
      label("b", "1", { labelTime: "2026-01-12T03:00:00Z" }),
      label("c", "1"),
    ],
  });
  const coverage = labelCoverage(joined, context);

  it("counts, and says how late labels came", () => {
    expect(coverage).toEqual({
      invocationCount: 8,
      recordCount: 4,
      capturedCount: 4,
      labelledCount: 3,
      unreadableCount: 0,
      unmatchedLabelCount: null,
      labelledFraction: 0.75,
      capturedFraction: 0.5,
      delaySeconds: { count: 2, median: 3600, p90: 10_800, p99: 10_800, max: 10_800 },
      representativeness: null,
    });
  });

  it.each([
    { minimumCoverage: 0.75, isMature: true, said: "passed" },
    { minimumCoverage: 0.76, isMature: true, said: "coverage-below-minimum" },
    { minimumCoverage: 0, isMature: false, said: "labels-outstanding" },
  ])("says $said at $minimumCoverage, mature: $isMature", ({ said, ...rule }) => {
    const outcome = coverageOutcome(coverage, rule);
    expect(outcome.outcome === "inconclusive" ? outcome.reason : outcome.outcome).toBe(said);
  });

  it("waits for no label when every row has one", () => {
    const all = { ...coverage, labelledCount: 4 };
    expect(coverageOutcome(all, { minimumCoverage: 0.8, isMature: false }).outcome).toBe("passed");
  });

  it("never passes where nothing was captured or could be read", () => {
    const none = { ...coverage, capturedCount: 0, labelledCount: 0 };
    const rule = { minimumCoverage: 0, isMature: true };
    expect(coverageOutcome(none, rule)).toMatchObject({ reason: "no-captures" });
    expect(coverageOutcome({ ...none, unreadableCount: 2 }, rule)).toMatchObject({
      reason: "nothing-readable",
    });
  });

  it("tells whether early labels look like the rest", () => {
    const scores = (from: number) => Array.from({ length: 60 }, (_, row) => (from + row) / 200);
    const early = (labelled: number[], others: number[]) =>
      labelCoverage(
        rowsOf("binary-classification", {
          captures: [...labelled, ...others].map((score, row) => capture(`r${row}`, String(score))),
          labels: labelled.map((_, row) => label(`r${row}`, "1")),
        }),
        context,
      ).representativeness;
    expect(early(scores(0), scores(1))?.representative).toBe(true);
    expect(early(scores(0), scores(100))).toMatchObject({ representative: false, distance: 1 });
  });
});
