import { copyFile, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { CHURN_CSV, captureLines, churnRows, SAMPLES, writeLines } from "./capture-files.ts";
import { runPlumbline } from "./run-plumbline.ts";
import { keptFolder, temporaryFolder } from "./temporary-folder.ts";

const FILES = [
  "constraint_violations.json",
  "constraints.json",
  "report.html",
  "result.json",
  "statistics.json",
];

let baseline: string;
let rows: readonly string[];

beforeAll(async () => {
  rows = await churnRows();
  baseline = await keptFolder();
  const made = await runPlumbline(["baseline", CHURN_CSV, "--out", baseline, "--drop", "Churn"]);
  expect(made.code).toBe(0);
});

function check(captures: string, ...options: string[]) {
  const command = ["check", "data-quality", "--baseline", baseline, "--columns", "inputs"];
  return runPlumbline([...command, "--captures", captures, ...options]);
}

async function capturesOf(lines: readonly string[], name = "captures.jsonl"): Promise<string> {
  const path = join(await temporaryFolder(), name);
  await writeLines(path, lines);
  return path;
}

/** Multiplies the minutes of the day by ten: an upstream change of unit. */
function scaled(row: string): string {
  const cells = row.split(",");
  cells[2] = String(10 * Number(cells[2]));
  return cells.join(",");
}

describe("plumbline check data-quality", () => {
  it("passes the rows of the baseline", async () => {
    const captures = await capturesOf(captureLines(rows, "2026-01-15T10:00:00Z"));
    expect(await check(captures)).toEqual({
      code: 0,
      stdout: [
        "passed: All 69 features hold: 209 constraints checked, none violated.",
        "Measured on 2333 rows in 2333 captured requests made from 2026-01-15 10:00:00 " +
          "to 2026-01-15 10:38:52 UTC.\n",
      ].join("\n"),
      stderr: "",
    });
  });

  it("finds a scaled feature, and writes what the deployed function writes", async () => {
    const captures = await capturesOf(captureLines(rows.map(scaled), "2026-01-15T10:00:00Z"));
    const out = join(await temporaryFolder(), "report");
    const run = await check(captures, "--out", out);
    expect(run).toMatchObject({ code: 2, stderr: "" });
    expect(run.stdout).toContain("violated: 1 of 69 features violates ");
    expect(run.stdout).toMatch(/^ {2}Day Mins +drift distance +0\.9\d+ +≤ 0\.1$/m);
    expect(run.stdout).toContain(`Report: ${join(out, "report.html")}\n`);
    expect((await readdir(out)).sort()).toEqual(FILES);
    const [violations, , html] = await Promise.all(
      FILES.map((name) => readFile(join(out, name), "utf8")),
    );
    expect(JSON.parse(violations!).violations[0]).toMatchObject({ feature_name: "Day Mins" });
    expect(html).toContain("<bdi>Day Mins</bdi>");
  });

  it("prints the result as JSON, the same as result.json", async () => {
    const captures = join(SAMPLES, "capture/endpoint_csv_xgb_churn.jsonl");
    const out = await temporaryFolder();
    const run = await check(captures, "--out", out, "--json");
    expect(run).toMatchObject({ code: 0, stderr: "" });
    expect(JSON.parse(run.stdout)).toEqual(
      JSON.parse(await readFile(join(out, "result.json"), "utf8")),
    );
    expect(JSON.parse(run.stdout)).toMatchObject({
      outcome: { outcome: "passed" },
      rowCount: 3,
      inputs: {
        captures: [{ location: captures, sha256: expect.stringMatching(/^[\da-f]{64}$/) }],
      },
    });
  });

  it("counts the lines that it could not read", async () => {
    const good = captureLines(rows.slice(0, 50), "2026-01-15T10:00:00Z");
    const captures = await capturesOf([...good, '{"captureData":', "[]"]);
    const { stdout } = await check(captures);
    expect(stdout).toContain("Quarantined lines: 1 not-an-object, 1 truncated-json.");
  });
});

describe("a baseline that Model Monitor made", () => {
  // Real files of its analyzer: six columns of 100 rows, and constraints that call one of them a text.
  const files = join(SAMPLES, "quality_check_step/data_quality");

  it.each([
    { kind: "good", code: 0, outcome: "passed" },
    { kind: "bad", code: 2, outcome: "violated" },
  ])("works as it is, with $kind constraints", async ({ kind, code, outcome }) => {
    const folder = await temporaryFolder();
    await copyFile(join(files, "statistics.json"), join(folder, "statistics.json"));
    await copyFile(join(files, `${kind}_cases/constraints.json`), join(folder, "constraints.json"));
    const rows = (await readFile(join(files, "baseline_dataset.csv"), "utf8"))
      .trimEnd()
      .split("\n");
    const captures = await capturesOf(captureLines(rows, "2026-01-15T10:00:00Z"));
    const run = await check(captures, "--baseline", folder, "--json");
    expect(run.stderr).toBe("");
    const { checks, outcome: found } = JSON.parse(run.stdout);
    expect(found).toEqual({ outcome });
    expect(run.code).toBe(code);
    expect(
      checks.filter((each: { check: string }) => each.check === "baseline_drift_check"),
    ).toEqual(
      expect.arrayContaining([expect.objectContaining({ observed: 0, outcome: "passed" })]),
    );
  });
});

it("hints that a baseline has the captured inputs alone", async () => {
  const output = { data: "0.5", encoding: "CSV", mode: "OUTPUT", observedContentType: "text/csv" };
  const lines = captureLines(rows, "2026-01-15T10:00:00Z").map((line) =>
    line.replace('{"endpointInput"', `{"endpointOutput":${JSON.stringify(output)},"endpointInput"`),
  );
  const run = await check(await capturesOf(lines), "--columns", "outputs-and-inputs");
  expect(run).toMatchObject({
    code: 2,
    stderr: "The baseline fits the captured inputs alone: try --columns inputs\n",
  });
});

it("reads what a batch transform made of CSV", async () => {
  const lines = rows.map((row, index) => `${row},id-${index},2026-01-15T10:00:00Z`);
  const captures = await capturesOf(lines, "rows.csv.out");
  const run = await check(captures, "--columns", "outputs-and-inputs");
  expect(run).toMatchObject({ code: 0, stderr: "" });
  expect(run.stdout).toMatch(/^passed: All 69 features hold/);
});

describe("an inconclusive check", () => {
  it.each([
    { what: "an empty folder", reason: "no-captures" },
    { what: "an empty file", file: "", reason: "no-captures" },
    { what: "a file with nothing readable", file: "{\n{}\n", reason: "nothing-readable" },
  ])("says so of $what", async ({ file, reason }) => {
    const folder = join(await temporaryFolder(), "captures");
    await mkdir(folder);
    if (file !== undefined) await writeFile(join(folder, "x.jsonl"), file);
    const run = await check(folder, "--json");
    expect(run).toMatchObject({ code: 3, stderr: "" });
    expect(JSON.parse(run.stdout).outcome).toMatchObject({ outcome: "inconclusive", reason });
  });

  it("says so of too few rows, and of an hour with none", async () => {
    const captures = await capturesOf(captureLines(rows.slice(0, 9), "2026-01-15T10:00:00Z"));
    const few = await check(captures, "--minimum-rows", "10");
    expect(few).toMatchObject({ code: 3, stderr: "" });
    expect(few.stdout).toMatch(/^inconclusive: No verdict: 9 rows: fewer than the 10/);
    const window = "2026-01-15T11:00Z/2026-01-15T12:00Z";
    const none = await check(captures, "--window", window, "--json");
    expect(none.code).toBe(3);
    expect(JSON.parse(none.stdout)).toMatchObject({
      outcome: { outcome: "inconclusive", reason: "no-captures" },
      recordCount: 0,
    });
  });
});

describe("the same captures give the same bytes", () => {
  it("whatever the files are called, however they are packed, whatever their order", async () => {
    const parts = Array.from({ length: 6 }, (_, part) => {
      const start = `2026-01-15T1${part < 3 ? 0 : 1}:0${part}:00Z`;
      return captureLines(rows.slice(part * 300, part * 300 + 300), start);
    });
    const [bucket, copy] = [await temporaryFolder(), await temporaryFolder()];
    for (const [part, lines] of parts.entries()) {
      const hour = `churn/AllTraffic/2026/01/15/1${part < 3 ? 0 : 1}`;
      await writeLines(join(bucket, `${hour}/0${part}-00-000-a.jsonl`), lines);
      await writeLines(join(copy, `${9 - part}.jsonl.gz`), lines);
    }
    const outs = [join(bucket, "out"), join(copy, "out")];
    const codes = [await check(bucket, "--out", outs[0]!), await check(copy, "--out", outs[1]!)];
    expect(codes.map(({ code }) => code)).toEqual([0, 0]);
    for (const name of FILES) {
      const [left, right] = await Promise.all(
        outs.map(async (out) => withoutInputs(await readFile(join(out, name), "utf8"))),
      );
      expect(right).toBe(left);
    }
  });
});

/** `inputs` stands last in result.json. */
function withoutInputs(text: string): string {
  return text.replace(/\n {2}"inputs": \{[\s\S]*$/, "");
}

describe("plumbline check data-quality refuses", () => {
  it.each([
    [["--baseline", "/not/there"], "statistics.json: cannot be read: there is no such file"],
    [["--captures", "/not/there"], "/not/there: cannot be read: there is no such file or folder"],
    [["--columns", "outputs"], "Allowed choices are outputs-and-inputs, inputs."],
    [["--minimum-rows", "0"], "must be a whole number from 1."],
    [["--window", "2026-01-15T10:30Z/2026-01-15T11:00Z"], "must be two whole hours in UTC"],
    [["--dialect", "calibrated"], "Allowed choices are sagemaker."],
  ])("%j", async (options, message) => {
    const run = await check(join(SAMPLES, "capture"), ...options);
    expect(run).toMatchObject({ code: 1, stdout: "" });
    expect(run.stderr).toMatch(/^plumbline: [^\n]+\n$/);
    expect(run.stderr).toContain(message);
  });

  it("a baseline that is none", async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, "statistics.json"), "{");
    await writeFile(join(folder, "constraints.json"), '{"version":0,"features":[{"name":1}]}');
    const command = ["check", "data-quality", "--captures", SAMPLES, "--baseline", folder];
    expect((await runPlumbline(command)).stderr).toMatch(/^plumbline: statistics\.json: "\{": /);
    await writeFile(
      join(folder, "statistics.json"),
      '{"version":0,"dataset":{"item_count":0},"features":[]}',
    );
    expect((await runPlumbline(command)).stderr).toMatch(/^plumbline: constraints\.json: .*name 1/);
  });
});
