import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readCsvRows } from "../../../shared/capture/csv-rows.ts";
import { predictionColumns } from "../../../shared/quality/prediction-columns.ts";
import { inputStatistics } from "../../../shared/training/input-statistics.ts";
import {
  type Asked,
  alternating,
  MINUTE,
  prepare,
  prepared,
  START,
  textOf,
} from "./joined-requests.ts";

const time = (minute: number) => new Date(START + minute * MINUTE).toISOString();

describe("prepareTrainingSet", () => {
  it("learns from older rows than it compares on, label first and without a header", () => {
    const { dataset, files, reason } = prepared(alternating(10));
    expect(textOf(files.train)).toBe(
      Array.from({ length: 8 }, (_, row) => `${row % 2},${row},a${row}\n`).join(""),
    );
    expect(textOf(files.holdoutInputs)).toBe("8,a8\n9,a9\n");
    expect(
      textOf(files.holdoutRows)
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line)),
    ).toEqual([
      {
        id: "r0008",
        row: 0,
        inferenceTime: time(8),
        label: "0",
        champion: { probability: "0.8", label: null },
      },
      {
        id: "r0009",
        row: 0,
        inferenceTime: time(9),
        label: "1",
        champion: { probability: "0.9", label: null },
      },
    ]);
    expect(reason).toBe(`8 rows to learn from, 2 from ${time(8)} on to compare`);
    expect(dataset).toEqual({
      version: "1",
      run: "churn-0123456789",
      endpoint: "churn",
      problem: "binary-classification",
      format: "csv",
      window: { from: time(0), cut: time(8), to: new Date(START + 9 * MINUTE + 1).toISOString() },
      columns: [
        { name: "_c1", kind: "number" },
        { name: "_c2", kind: "text" },
      ],
      labelKind: "number",
      droppedColumns: [],
      counts: {
        capturedRowCount: 10,
        labelledRowCount: 10,
        trainRowCount: 8,
        holdoutRowCount: 2,
        leftOutCounts: {},
      },
      classes: [
        { label: "0", trainRowCount: 4, holdoutRowCount: 1 },
        { label: "1", trainRowCount: 4, holdoutRowCount: 1 },
      ],
      labelledFraction: 1,
      capturedPercent: 100,
      holdoutContentType: "text/csv",
      output: { contentType: "text/csv", columnCount: 1, names: null },
      files: {
        train: "s3://plumbline-local/training/churn-0123456789/train/train.csv",
        holdoutInputs: "s3://plumbline-local/training/churn-0123456789/holdout/inputs",
        holdoutRows: "s3://plumbline-local/training/churn-0123456789/holdout/rows.jsonl",
        statistics: "s3://plumbline-local/training/churn-0123456789/statistics.json",
      },
    });
  });

  it("drops columns about persons from every file", () => {
    const known = { names: ["score", "age", "email"], describes: "outputs-and-inputs" as const };
    const { dataset, files, profiledInputs } = prepared(alternating(10), {
      gather: { known },
      pii: ["email"],
    });
    expect(dataset.columns).toEqual([{ name: "age", kind: "number" }]);
    expect(dataset.droppedColumns).toEqual(["email"]);
    for (const file of [...Object.values(files), profiledInputs]) {
      expect(textOf(file)).not.toContain("a8");
    }
  });

  it("makes no file where a personal column is not found by its name", () => {
    expect(prepare(alternating(10), { pii: ["emial"] })).toMatchObject({
      outcome: "no-data",
      reason: 'features.pii: "emial": is no captured column, so nothing could be left out',
    });
  });

  it("compares only on rows that the champion answered", () => {
    const isChampion = (_: string, millis: number) => millis !== START + 9 * MINUTE;
    const rows = alternating(20).map((each) =>
      each.minute === 18 ? { ...each, output: "x" } : each,
    );
    const { dataset } = prepared(rows, {
      gather: { isChampion: (v, m) => isChampion(v, m - 10 * MINUTE) },
    });
    expect(dataset.counts).toMatchObject({
      trainRowCount: 16,
      holdoutRowCount: 2,
      leftOutCounts: { "other-model": 1, "unreadable-prediction": 1 },
    });
  });

  it("learns from rows whatever model answered them: the label is the truth", () => {
    const { dataset } = prepared(alternating(10), {
      gather: { isChampion: (_, millis) => millis >= START + 8 * MINUTE },
    });
    expect(dataset.counts).toMatchObject({ trainRowCount: 8, leftOutCounts: {} });
  });

  it("keeps rows of one instant together", () => {
    const rows = alternating(10).map((each) => ({ ...each, minute: Math.min(each.minute, 6) }));
    const { dataset } = prepared(rows);
    expect(dataset.counts).toMatchObject({ trainRowCount: 6, holdoutRowCount: 4 });
    expect(dataset.window.cut).toBe(time(6));
  });

  it("takes the earliest capture of an inference id, whatever variant has it", () => {
    const [first, ...rest] = alternating(10);
    const again = { ...first!, minute: 5, input: "later,x", variant: "green" };
    const { dataset, files } = prepared([again, first!, ...rest]);
    expect(dataset.counts.leftOutCounts).toEqual({ repeated: 1 });
    expect(textOf(files.train)).not.toContain("later");
  });

  it("counts what it leaves out, and why", () => {
    const odd: Asked[] = [
      { id: "wide", minute: 1, input: "1,2,3", label: "1" },
      { id: "quote", minute: 2, input: '"1', label: "1" },
      { id: "label", minute: 3, input: "1,2", label: "maybe" },
      { id: "unlabelled", minute: 4, input: "1,2\n3,4", output: "0.1\n0.2" },
      { id: "old", minute: -31 * 24 * 60, input: "1,2", label: "1" },
    ];
    const { dataset } = prepared([...alternating(10), ...odd]);
    expect(dataset.counts).toEqual({
      // The rows of one request cannot be counted: it counts as its label does.
      capturedRowCount: 15,
      labelledRowCount: 13,
      trainRowCount: 8,
      holdoutRowCount: 2,
      leftOutCounts: { "other-columns": 1, "too-old": 1, unreadable: 1, "unreadable-label": 1 },
    });
    expect(dataset.labelledFraction).toBe(13 / 15);
  });

  it("takes the newest of more rows than the most", () => {
    const { dataset } = prepared(alternating(100), { data: { maximumRows: 10 } });
    expect(dataset.counts).toMatchObject({ trainRowCount: 8, leftOutCounts: { "too-old": 90 } });
    expect(dataset.window.from).toBe(time(90));
  });

  it("takes each row of a request with its own label", () => {
    const rows = alternating(9).map((each) => ({
      ...each,
      input: `${each.minute},1\n${each.minute},2`,
      output: "0.1\n0.2",
      label: "0\n1",
    }));
    const { files } = prepared(rows);
    expect(textOf(files.train).split("\n").slice(0, 2)).toEqual(["0,0,1", "1,0,2"]);
  });

  it.each([
    [
      "no labels",
      alternating(9).map(({ label, ...each }) => each),
      {},
      "no captured row has a label",
    ],
    ["few rows", alternating(9), { data: { minimumRows: 10 } }, "9 labelled rows: at least 10"],
    [
      "few of a class",
      alternating(10),
      { data: { minimumRowsPerClass: 5 } },
      'class "0": 4 rows to learn from: at least 5 are needed',
    ],
    [
      "one class",
      alternating(10).map((each) => ({ ...each, label: "1" })),
      {},
      'class "0": 0 rows to learn from: at least 1 are needed',
    ],
    [
      "few to compare",
      alternating(10),
      { minimumCompared: 3 },
      "2 rows to compare with the champion's answers: at least 3 are needed",
    ],
  ])("has no data with %s, and says the number", (_, rows, choice, reason) => {
    const result = prepare(rows, choice);
    expect(result.outcome).toBe("no-data");
    expect(result.reason).toContain(reason);
  });

  it("keeps numbers of a regression and classes of several as they are", () => {
    const priced = alternating(10).map((each) => ({ ...each, label: ` ${each.minute}.50 ` }));
    const regression = predictionColumns({ problem: "regression" });
    const { files, dataset } = prepared(priced, {
      problem: "regression",
      gather: { columns: regression },
    });
    expect(textOf(files.train).split("\n")[0]).toBe("0.50,0,a0");
    expect(dataset.classes).toBeNull();
  });

  it("is the same whatever order and repetition the captures came in", () => {
    const rows = alternating(30);
    const expected = prepared(rows);
    fc.assert(
      fc.property(
        fc.shuffledSubarray(rows, { minLength: rows.length }),
        fc.subarray(rows),
        (shuffled, again) => {
          const { dataset, files } = prepared([...shuffled, ...again]);
          expect(dataset).toEqual(expected.dataset);
          for (const name of ["train", "holdoutInputs", "holdoutRows"] as const) {
            expect(textOf(files[name])).toBe(textOf(expected.files[name]));
          }
        },
      ),
      { numRuns: 25 },
    );
  });

  it("never learns from a row as new as the oldest that it compares on", () => {
    const minutes = fc.array(fc.nat(20), { minLength: 2, maxLength: 40 });
    fc.assert(
      fc.property(minutes, fc.double({ min: 0.05, max: 0.95, noNaN: true }), (drawn, holdout) => {
        const rows = drawn.map((minute, index) => ({
          ...alternating(1)[0]!,
          id: `r${index}`,
          minute,
          input: `${minute},x`,
        }));
        const classes = { data: { holdout, minimumRowsPerClass: 0, minimumRows: 0 } };
        const result = prepare(rows, classes);
        if (result.outcome === "no-data") throw new Error(result.reason);
        const learned = readCsvRows(textOf(result.files.train))!.map((cells) => Number(cells[1]));
        const compared = readCsvRows(textOf(result.files.holdoutInputs))!.map((cells) =>
          Number(cells[0]),
        );
        expect(Math.max(-1, ...learned)).toBeLessThan(Math.min(...compared));
        expect(learned.length + compared.length).toBe(drawn.length);
      }),
      { numRuns: 50 },
    );
  });

  it("gives the statistics of what was learned from", async () => {
    const { profiledInputs, dataset } = prepared(alternating(10));
    const statistics = await inputStatistics(profiledInputs, dataset.columns);
    expect(statistics.dataset.item_count).toBe(8);
    expect(statistics.features.map(({ name }) => name)).toEqual(["_c1", "_c2"]);
    expect(statistics.features[0]!.numerical_statistics!.mean).toBe(3.5);
  });
});
