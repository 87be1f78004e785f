import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { captureLine } from "../functions/quality-lines.ts";
import { SAMPLES, writeLines } from "./capture-files.ts";
import { runPlumbline } from "./run-plumbline.ts";
import { keptFolder, temporaryFolder } from "./temporary-folder.ts";

const START = Date.parse("2026-01-12T00:00:00Z");
const ROWS = 120;
const BINARY = ["--problem", "binary-classification"];

let baseline: string;
let folder: string;

const captures = Array.from({ length: ROWS }, (_, row) =>
  captureLine({ id: `r${row}`, millis: START + row * 60_000, row }).trimEnd(),
);
const scoreOf = (row: number) => ((row * 37) % 100) / 100;

/** Labels that agree with the model in all but one of so many rows. */
const labels = (wrongOneIn: number) =>
  captures.map((_, row) => {
    const right = scoreOf(row) > 0.5 ? 1 : 0;
    const data = String(row % wrongOneIn === 0 ? 1 - right : right);
    const eventMetadata = { eventId: `r${row}`, labelTime: "2026-01-20T00:00:00Z" };
    return JSON.stringify({ groundTruthData: { data, encoding: "CSV" }, eventMetadata });
  });

beforeAll(async () => {
  baseline = await keptFolder();
  folder = await keptFolder();
  const table = join(folder, "validation.csv");
  const rows = captures.map(
    (_, row) => `${scoreOf(row)},${Number(scoreOf(row) > 0.5 !== (row % 10 === 0))}`,
  );
  await writeFile(table, `probability,label\n${rows.join("\n")}\n`);
  const made = await runPlumbline([
    "baseline",
    "--predictions",
    table,
    ...BINARY,
    "--out",
    baseline,
  ]);
  expect(made).toMatchObject({ code: 0, stderr: "" });
  await writeLines(join(folder, "captures.jsonl"), captures);
});

async function check(lines: readonly string[], ...options: string[]) {
  const path = join(await temporaryFolder(), "labels.jsonl");
  await writeLines(path, lines);
  const command = ["check", "model-quality", "--baseline", baseline, "--labels", path];
  return runPlumbline([...command, "--captures", join(folder, "captures.jsonl"), ...options]);
}

describe("plumbline baseline --predictions", () => {
  it("gives Model Monitor's own files for the data of a real quality check", async () => {
    const sample = join(SAMPLES, "quality_check_step/model_quality");
    const out = await temporaryFolder();
    const columns = ["--prediction", "Prediction", "--truth", "Label", "--dialect", "sagemaker"];
    const { code } = await runPlumbline([
      ...["baseline", "--predictions", join(sample, "baseline_dataset.csv"), "--out", out],
      ...["--problem", "regression", ...columns],
    ]);
    expect(code).toBe(0);
    const text = (path: string) => readFile(path, "utf8");
    expect(await text(join(out, "statistics.json"))).toBe(
      await text(join(sample, "statistics.json")),
    );
    expect(await text(join(out, "constraints.json"))).toBe(
      await text(join(sample, "good_cases/constraints.json")),
    );
  });

  it.each([
    [["--predictions", "x.csv"], "plumbline: required option '--problem <kind>' not specified\n"],
    [
      ["x.csv", "--predictions", "y.csv", ...BINARY],
      "plumbline: give a file or --predictions, not both\n",
    ],
  ])("refuses %j", async (args, stderr) => {
    const run = await runPlumbline(["baseline", ...args, "--out", "somewhere"]);
    expect(run).toEqual({ code: 1, stdout: "", stderr });
  });

  it("limits the losses of several classes, by the columns of their probabilities", async () => {
    const out = await temporaryFolder();
    const table = join(out, "scored.csv");
    const rows = Array.from({ length: 30 }, (_, row) => `0.2,0.5,0.3,${["cat", "dog"][row % 2]}`);
    await writeFile(table, `p_cat,p_dog,p_owl,label\n${rows.join("\n")}\n`);
    const options = ["--classes", "cat,dog,owl", "--probabilities", "p_cat,p_dog,p_owl"];
    const problem = ["--problem", "multiclass-classification"];
    const args = ["baseline", "--predictions", table, ...problem, "--out", out, "--json"];
    const made = await runPlumbline([...args, ...options]);
    expect(made).toMatchObject({ code: 0, stderr: "" });
    expect(JSON.parse(made.stdout).thresholds).toMatchObject({
      accuracy: { threshold: 0.5 },
      log_loss: { threshold: expect.closeTo(-Math.log(0.1) / 2, 12) },
      brier_score: { threshold: expect.closeTo((0.04 + 0.25 + 0.09 + 0.64 + 0.25 + 0.09) / 2, 12) },
    });
    expect(await runPlumbline([...args, ...options.slice(0, 2)])).toMatchObject({
      stderr: "plumbline: --classes: alone: --classes and --probabilities must be given together\n",
    });
  });

  it("names the columns there are when one is missing", async () => {
    const table = join(folder, "validation.csv");
    const args = [
      "baseline",
      "--predictions",
      table,
      ...BINARY,
      "--truth",
      "churned",
      "--out",
      "x",
    ];
    expect(await runPlumbline(args)).toEqual({
      ...{ code: 1, stdout: "" },
      stderr: 'plumbline: --truth: "churned": no column has this name (probability, label)\n',
    });
  });
});

describe("plumbline check model-quality", () => {
  it("passes where the model is as good as it was, and writes the deployed function's files", async () => {
    const out = await temporaryFolder();
    const { code, stdout } = await check(labels(40), "--out", out);
    expect(stdout).toMatch(/^passed: No metric is worse than its limit/);
    expect(code).toBe(0);
    expect((await readdir(out)).sort()).toEqual([
      "constraint_violations.json",
      "constraints.json",
      "report.html",
      "result.json",
      "statistics.json",
    ]);
  });

  it("finds a drop, with exit code 2 and the bounds of each metric", async () => {
    const { code, stdout } = await check(labels(2), "--json");
    expect(code).toBe(2);
    const { outcome, checks, coverage } = JSON.parse(stdout);
    expect(outcome).toEqual({ outcome: "violated" });
    expect(coverage).toMatchObject({
      capturedCount: 120,
      labelledCount: 120,
      unmatchedLabelCount: null,
    });
    expect(checks.find(({ metric }: { metric: string }) => metric === "accuracy")).toMatchObject({
      outcome: "violated",
      observed: 0.5,
      interval: { method: "wilson" },
    });
  });

  it("says nothing on too few labels, with exit code 3", async () => {
    const few = await check(labels(40).slice(0, 60), "--minimum-coverage", "0.8");
    expect(few.code).toBe(3);
    expect(few.stdout).toMatch(
      /^inconclusive: No verdict: 60 of 120 captured rows are labelled: 80 % are needed/,
    );
    expect((await check(labels(40), "--minimum-labels", "121")).code).toBe(3);
  });

  it("gives the same bytes for labels in any order, repeated and corrected", async () => {
    const report = async (lines: readonly string[]) => {
      const out = await temporaryFolder();
      await check(lines, "--out", out);
      const files = ["statistics.json", "constraint_violations.json", "report.html"];
      return Promise.all(files.map((name) => readFile(join(out, name), "utf8")));
    };
    const wrong = labels(1).map((line) => line.replace("2026-01-20", "2026-01-15"));
    const shuffled = [...labels(5), ...wrong, ...labels(5).slice(30)].reverse();
    expect(await report(shuffled)).toEqual(await report(labels(5)));
  });

  it("refuses a baseline of another problem", async () => {
    const { code, stderr } = await check(labels(5), "--problem", "regression");
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr:
        "plumbline: --problem regression: the baseline is of binary-classification: must be the same\n",
    });
  });
});

describe("plumbline merge-labels", () => {
  it("writes merged records by hour, and says what has no partner", async () => {
    const out = await temporaryFolder();
    const path = join(out, "labels.jsonl");
    const stranger = labels(5)[0]!.replace('"r0"', '"unknown"');
    await writeLines(path, [...labels(5).slice(20), stranger, "no label"]);
    const merged = join(out, "merged");
    const run = await runPlumbline([
      ...["merge-labels", "--captures", join(folder, "captures.jsonl")],
      ...["--labels", path, "--out", merged],
    ]);
    expect(run.code).toBe(0);
    expect(run.stdout).toContain("100 captures merged with labels, in 2 hours");
    expect(run.stdout).toContain("20 captures have no label yet");
    expect(run.stdout).toContain("1 labels have no capture yet");
    expect(run.stderr).toBe("Labels that could not be read: 1 invalid-json\n");
    const hour = join(merged, "2026/01/12/01/part-00000.c000.jsonl");
    const lines = (await readFile(hour, "utf8")).trimEnd().split("\n");
    expect(lines).toHaveLength(60);
    expect(JSON.parse(lines[0]!)).toMatchObject({
      eventVersion: "0",
      groundTruthData: { data: "1", encoding: "CSV" },
      eventMetadata: { inferenceId: "r60", inferenceTime: "2026-01-12T01:00:00Z" },
    });
  });
});
