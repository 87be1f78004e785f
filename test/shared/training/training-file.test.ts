import fc from "fast-check";
import { parquetReadObjects } from "hyparquet";
import { describe, expect, it } from "vitest";
import { type Cell, readCsvRows } from "../../../shared/capture/csv-rows.ts";
import {
  sagemakerManifestText,
  trainingManifestText,
} from "../../../shared/contracts/self-healing/training-set.ts";
import { championServing } from "../../../shared/training/champion-serving.ts";
import { csvLine } from "../../../shared/training/csv-line.ts";
import { type Asked, prepared, START, textOf } from "./joined-requests.ts";

const json = (rows: readonly (readonly [object, string])[]): Asked[] =>
  rows.map(([input, label], minute) => ({
    id: `r${minute}`,
    minute,
    input: JSON.stringify(input),
    output: "[0.5]",
    encoding: "JSON",
    label,
  }));

const PEOPLE = json([
  [{ age: 41, plan: "gold", active: true, zip: "01067" }, "1"],
  [{ zip: "10115", age: 42.5, active: false }, "0"],
  [{ age: null, plan: 'a "b", c', active: true, zip: "80331" }, "1"],
  [{ age: 7, plan: "", active: true, zip: "20095" }, "0"],
]);
const choice = (format: "csv" | "jsonlines" | "parquet") => ({
  data: { format, holdout: 0.25, minimumRowsPerClass: 1 },
});

describe("a training file", () => {
  it("is CSV in the order of the columns' names where no baseline gives another", () => {
    const { files, dataset } = prepared(PEOPLE, choice("csv"));
    expect(dataset.columns).toEqual([
      { name: "active", kind: "boolean" },
      { name: "age", kind: "number" },
      { name: "plan", kind: "text" },
      { name: "zip", kind: "text" },
    ]);
    expect(textOf(files.train)).toBe(
      '1,true,41,gold,01067\n0,false,42.5,,10115\n1,true,,"a ""b"", c",80331\n',
    );
  });

  it("keeps the order of the baseline's columns, and only those", () => {
    const known = { names: ["score", "zip", "age"], describes: "outputs-and-inputs" as const };
    const { dataset, files } = prepared(PEOPLE, { ...choice("csv"), gather: { known } });
    expect(dataset.columns.map(({ name }) => name)).toEqual(["zip", "age"]);
    expect(textOf(files.train).split("\n")[0]).toBe("1,01067,41");
  });

  it("is JSON Lines with values of each column's kind", () => {
    const { files } = prepared(PEOPLE, choice("jsonlines"));
    const lines = textOf(files.train).trim().split("\n");
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { label: 1, active: true, age: 41, plan: "gold", zip: "01067" },
      { label: 0, active: false, age: 42.5, plan: null, zip: "10115" },
      { label: 1, active: true, age: null, plan: 'a "b", c', zip: "80331" },
    ]);
  });

  it("is Parquet with the same values", async () => {
    const { files } = prepared(PEOPLE, choice("parquet"));
    const [bytes] = [...files.train];
    const file = bytes!.buffer.slice(0, bytes!.byteLength) as ArrayBuffer;
    expect(await parquetReadObjects({ file })).toEqual([
      { label: 1, active: true, age: 41, plan: "gold", zip: "01067" },
      { label: 0, active: false, age: 42.5, plan: null, zip: "10115" },
      { label: 1, active: true, age: null, plan: 'a "b", c', zip: "80331" },
    ]);
  });

  it("gives an endpoint that is asked in JSON a document a line", () => {
    const { files, dataset } = prepared(PEOPLE, choice("csv"));
    expect(dataset.holdoutContentType).toBe("application/json");
    expect(textOf(files.holdoutInputs)).toBe('{"active":true,"age":7,"plan":"","zip":"20095"}\n');
    const lists = json([1, 2, 3, 4].map((age, row) => [[age, "x"], String(row % 2)] as const));
    expect(textOf(prepared(lists, choice("csv")).files.holdoutInputs)).toBe('[4,"x"]\n');
  });

  it("is the same each time it is read", () => {
    const { files } = prepared(PEOPLE, choice("csv"));
    expect(textOf(files.train)).toBe(textOf(files.train));
  });
});

describe("csvLine", () => {
  it("gives back what it was given", () => {
    const cell = fc.option(
      fc.string({ unit: fc.constantFrom("a", ",", '"', "\n", "\r", " ", "é") }),
    );
    fc.assert(
      fc.property(fc.array(cell, { minLength: 2, maxLength: 6 }), (cells: Cell[]) => {
        expect(readCsvRows(`${csvLine(cells)}\n`)).toEqual([cells]);
      }),
    );
  });

  it("writes a line for a row of one missing cell", () => {
    expect(csvLine([null])).toBe('""');
  });
});

describe("championServing", () => {
  const champion = { variant: "blue", modelName: "m2" };
  const stretch = (variant: string, modelName: string, from: number, to?: number) => ({
    ...{ endpoint: "churn", variant, modelName, endpointConfigName: "c" },
    ...{ modelPackageArn: null, baseline: "s3://b/p/", from: new Date(from).toISOString() },
    ...(to === undefined ? {} : { to: new Date(to).toISOString() }),
  });

  it("takes what serves for the champion where nothing was ever deployed", () => {
    const serves = championServing(champion, []);
    expect([serves("blue", 0), serves("green", 0)]).toEqual([true, false]);
  });

  it("knows other models, and the champion's other stretches", () => {
    const timeline = [
      stretch("blue", "m1", START, START + 10),
      stretch("green", "m2", START + 5, START + 10),
      stretch("blue", "m2", START + 10),
    ];
    const serves = championServing(champion, timeline);
    expect(serves("blue", START + 9)).toBe(false);
    expect(serves("green", START + 5)).toBe(true);
    expect(serves("green", START + 10)).toBe(false);
    expect(serves("blue", START + 10)).toBe(true);
  });
});

describe("manifests", () => {
  it("are the same in whatever order the objects were read", () => {
    const pin = (name: string) => ({
      location: `s3://b/${name}`,
      etag: "e",
      sha256: "0".repeat(64),
      byteCount: 1,
    });
    const of = (names: readonly string[]) =>
      trainingManifestText({
        version: "1",
        run: "r",
        captures: names.map(pin),
        labels: names.map(pin),
        files: [],
      });
    expect(of(["b", "a"])).toBe(of(["a", "b"]));
  });

  it("name the training files as SageMaker reads them", () => {
    expect(sagemakerManifestText("s3://b/training/r/", ["train/train.csv"])).toBe(
      '[{"prefix":"s3://b/training/r/"},"train/train.csv"]\n',
    );
  });
});
