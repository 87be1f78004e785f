import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseConstraints } from "../../shared/contracts/constraints-codec.ts";
import { parseStatistics } from "../../shared/contracts/statistics-codec.ts";
import { CHURN_CSV, SAMPLES } from "./capture-files.ts";
import { runPlumbline } from "./run-plumbline.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** Runs `baseline` and reads what it wrote. */
async function makeBaseline(file: string, ...options: string[]) {
  const out = join(await temporaryFolder(), "made", "baseline");
  const run = await runPlumbline(["baseline", file, "--out", out, ...options]);
  const read = (name: string) => readFile(join(out, name), "utf8");
  return { run, out, read };
}

async function featuresOf(file: string, ...options: string[]) {
  const { run, read } = await makeBaseline(file, ...options);
  expect(run).toMatchObject({ code: 0, stderr: "" });
  const { features } = parseStatistics(await read("statistics.json"));
  const constraints = parseConstraints(await read("constraints.json"));
  expect(constraints.features.map(({ name }) => name)).toEqual(features.map(({ name }) => name));
  return features;
}

describe("plumbline baseline", () => {
  it("describes the churn training set, its label left out", async () => {
    const { run, out, read } = await makeBaseline(CHURN_CSV, "--drop", "Churn");
    expect(run).toEqual({
      code: 0,
      stdout: [
        "Baseline of 2333 rows and 69 features (65 Integral, 4 Fractional)",
        `  ${join(out, "statistics.json")}`,
        `  ${join(out, "constraints.json")}\n`,
      ].join("\n"),
      stderr: "",
    });
    const { dataset, features } = parseStatistics(await read("statistics.json"));
    expect(dataset.item_count).toBe(2333);
    expect(features[0]?.name).toBe("Account Length");
    expect(features.map(({ name }) => name)).not.toContain("Churn");
  });

  it("prints what it made as JSON", async () => {
    const { run, out } = await makeBaseline(join(SAMPLES, "parquet/table-zstd.parquet"), "--json");
    expect(run).toMatchObject({ code: 0, stderr: "" });
    expect(JSON.parse(run.stdout)).toEqual({
      statistics: join(out, "statistics.json"),
      constraints: join(out, "constraints.json"),
      rowCount: 5,
      quarantinedCounts: {},
      features: [
        { name: "score", type: "Fractional" },
        { name: "ratio", type: "Fractional" },
        { name: "calls", type: "Integral" },
        { name: "small", type: "Integral" },
        { name: "state", type: "String" },
        { name: "churned", type: "String" },
        { name: "seen", type: "String" },
        { name: "nothing", type: "Unknown" },
      ],
    });
  });

  it("reads JSON Lines of nested columns", async () => {
    const file = join(SAMPLES, "baseline_csv/adult_validation-dataset.jsonl");
    const features = await featuresOf(file);
    expect(features.map(({ name }) => name)).toEqual([
      ...Array.from({ length: 14 }, (_, index) => `features.${index}`),
      "label",
    ]);
  });

  it("reads captures, outputs first", async () => {
    const file = join(SAMPLES, "capture/endpoint_csv_xgb_churn.jsonl");
    const both = await featuresOf(file);
    const inputs = await featuresOf(file, "--columns", "inputs");
    expect(both).toHaveLength(70);
    expect(inputs).toEqual(both.slice(1));
  });

  it("says what may be wrong with the lines it read", async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, "texts.csv"), "a,b\nc,d\n");
    const texts = await makeBaseline(join(folder, "texts.csv"));
    expect(texts.run).toMatchObject({
      code: 0,
      stderr: "The first line was taken for the header; if it is none: --no-header\n",
    });
    await writeFile(join(folder, "rows.jsonl"), '{"a":1}\n{"a":\n{"a":3}\n');
    const { run, read } = await makeBaseline(join(folder, "rows.jsonl"));
    expect(run.code).toBe(0);
    expect(run.stderr).toMatch(/^Lines that could not be read are left out: 1 [a-z-]+\n$/);
    expect(parseStatistics(await read("statistics.json")).dataset.item_count).toBe(2);
  });
});

describe("plumbline baseline refuses", () => {
  const file = (
    name: string,
    content: string | Uint8Array,
    message: string,
    ...options: string[]
  ) => ({
    name,
    content,
    message,
    options,
  });
  it.each([
    file("empty.csv", "", "baseline: 0 rows: at least one is needed"),
    file("names.csv", "a,b\n1,2\n", "3 names for 2 columns", "--names", "a,b,c"),
    file("drop.csv", "a,b\n1,2\n", '--drop: "c": no column has this name (a, b)', "--drop", "c"),
    file("nothing.csv", "a,b\n1,2\n", "0 of 2 columns: one must be left", "--drop", "a,b"),
    file("ragged.csv", "1,2\n1,2,3\n", "all rows must have the same columns"),
    file("utf16.csv", Buffer.from("a,b\n1,2\n", "utf16le"), "utf16.csv: line 1: must be UTF-8"),
    file("latin1.csv", Buffer.from("\xe4ge,b\n1,2\n", "latin1"), "line 1: must be UTF-8"),
    file("broken.jsonl", '{"a":\n{"a"\n', "baseline: 0 readable rows: 2 "),
    file("x.parquet", "a,b\n1,2\n", "x.parquet: is not readable Parquet: "),
    file("x.xlsx", "a,b\n1,2\n", "x.xlsx: unknown format: "),
    file("x.csv", "", "Allowed choices are csv, jsonl, parquet, captures.", "--format", "xlsx"),
  ])("$name $options", async ({ name, content, options, message }) => {
    const path = join(await temporaryFolder(), name);
    await writeFile(path, content);
    const run = await runPlumbline(["baseline", path, "--out", `${path}-out`, ...options]);
    expect(run).toMatchObject({ code: 1, stdout: "" });
    expect(run.stderr).toMatch(/^plumbline: [^\n]+\n$/);
    expect(run.stderr).toContain(message);
  });

  it("an empty folder, and a place where nothing can be written", async () => {
    const folder = await temporaryFolder();
    const empty = join(folder, "empty");
    await mkdir(empty);
    await writeFile(join(folder, "file"), "");
    const stderr = async (...args: string[]) => {
      const run = await runPlumbline(["baseline", ...args]);
      expect(run).toMatchObject({ code: 1, stdout: "" });
      return run.stderr;
    };
    expect(await stderr(empty, "--out", folder)).toContain("empty: holds no captures: ");
    expect(await stderr(empty, "--format", "csv", "--out", folder)).toContain("is a folder");
    expect(await stderr(CHURN_CSV, "--out", join(folder, "file"))).toContain(
      "file: cannot be written: a file stands where a folder is needed",
    );
  });
});
