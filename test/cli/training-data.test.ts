import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openParquet, type TableCell } from "../../cli/parquet-rows.ts";
import { type ReadOptions, readTrainingData } from "../../cli/training-data.ts";
import { suggestBaseline } from "../../shared/drift/suggest-baseline.ts";
import { SAMPLES } from "./capture-files.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** Names and types of the columns of a file with this content. */
async function typesIn(name: string, content: string, options: ReadOptions = {}) {
  const file = join(await temporaryFolder(), name);
  await writeFile(file, content);
  const { profile, names } = await readTrainingData(file, options);
  const { features } = suggestBaseline(profile, names ?? []).statistics;
  return Object.fromEntries(features.map(({ name, inferred_type: type }) => [name, type]));
}

async function rowsOf(file: string): Promise<(readonly TableCell[])[]> {
  const rows: (readonly TableCell[])[] = [];
  for await (const row of (await openParquet(join(SAMPLES, "parquet", file))).rows) rows.push(row);
  return rows;
}

describe("the first line of a CSV", () => {
  const named = 'state,"day, minutes"\nWV,1\nNY,2\n';
  const types = { state: "String", "day, minutes": "Integral" };
  it.each([
    { what: "is the header when it holds names", content: named, types },
    {
      what: "is the header when told",
      content: "1,2\n3,4\n",
      options: { header: true },
      types: { 1: "Integral", 2: "Integral" },
    },
    {
      what: "is a row when told",
      content: named,
      options: { header: false },
      types: { _c0: "String", _c1: "String" },
    },
    {
      what: "is a row when it holds a number",
      content: "WV,1\nNY,2\n",
      types: { _c0: "String", _c1: "Integral" },
    },
    {
      what: "is a row when a field of it is empty",
      content: "a,\nb,1\n",
      types: { _c0: "String", _c1: "Integral" },
    },
    {
      what: "is a row when a text is in it twice",
      content: "a,a\nb,b\n",
      types: { _c0: "String", _c1: "String" },
    },
    {
      what: "may go over several lines",
      content: '"two\nlines",b\n1,2\n',
      types: { "two\nlines": "Integral", b: "Integral" },
    },
    {
      what: "may have no name for a column",
      content: ",b\n1,2\n",
      options: { header: true },
      types: { _c0: "Integral", b: "Integral" },
    },
  ])("$what", async ({ content, options = {}, types }) => {
    expect(await typesIn("x.csv", content, options)).toEqual(types);
  });
});

describe("a file of JSON Lines", () => {
  it("is a table, or captures when its records say so", async () => {
    expect(await typesIn("x.jsonl", '{"a":{"b":1,"c":"x"}}\n')).toEqual({
      "a.b": "Integral",
      "a.c": "String",
    });
    const capture = join(SAMPLES, "capture/endpoint_jsonlines_multirecord.jsonl");
    const { profile } = await readTrainingData(capture, {});
    expect([...profile.shapes.keys()]).toEqual(["*+*"]);
  });
});

describe("a Parquet file", () => {
  const EXPECTED = [
    ["0.25", "0.1", "1", "1", "WV", "true", "2026-01-15T10:00:00.000Z", null],
    ["1.0", "2.0", "2", "2", "", "false", "2026-01-15T10:00:00.000Z", null],
    [null, "16777216.0", null, "3", null, null, "2026-01-15T10:00:00.000Z", null],
    ["-3e-7", null, "9007199254740993", "4", 'a,"b"', "true", "2026-01-15T10:00:00.000Z", null],
    [null, "0.3333333", "-5", "5", "é", "false", "2026-01-15T10:00:00.000Z", null],
  ];

  it.each(["none", "snappy", "gzip", "zstd", "lz4", "brotli"])(
    "holds the texts that a CSV would, compressed by %s",
    async (compression) => {
      expect(await rowsOf(`table-${compression}.parquet`)).toEqual(EXPECTED);
    },
  );

  it("is a table whose missing and empty texts are told apart", async () => {
    const file = join(SAMPLES, "parquet/table-snappy.parquet");
    const { profile, names } = await readTrainingData(file, {});
    const { features } = suggestBaseline(profile, names ?? []).statistics;
    expect(features.find(({ name }) => name === "state")?.string_statistics).toMatchObject({
      common: { num_present: 4, num_missing: 1 },
      distinct_count: 4,
    });
  });

  it("is refused when a column is no single value", async () => {
    await expect(rowsOf("nested.parquet")).rejects.toMatchObject({ code: "parquet-nested" });
  });

  it.each([
    ["text", "a,b\n1,2\n"],
    ["too little", "PAR1abcdPAR1"],
  ])("is refused when it is %s", async (_, content) => {
    await expect(typesIn("x.parquet", content)).rejects.toMatchObject({
      code: "parquet-unreadable",
      message: expect.stringMatching(/^\S+x\.parquet: is not readable Parquet: .+/),
    });
  });
});
