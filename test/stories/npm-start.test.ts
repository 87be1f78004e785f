import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import type { CheckResult } from "../../shared/contracts/check-result.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

const run = (args: readonly string[]) =>
  promisify(execFile)(process.execPath, [join(root, "local", "start.ts"), ...args], { cwd: root });

describe("npm start", () => {
  let summary: string;
  beforeAll(async () => {
    summary = (await run([])).stdout;
  });

  it("passes clean hours, and finds each change upstream", () => {
    const verdicts = [...summary.matchAll(/^ {2}\d\d:00 {2}(.+?) {2,}(\w+): 500 rows/gm)];
    expect(verdicts.map(([, title, verdict]) => `${title}: ${verdict}`)).toEqual([
      "clean traffic: passed",
      "clean traffic: passed",
      "clean traffic: passed",
      "Day Mins arrives in seconds: violated",
      "CustServ Calls goes missing: violated",
      "Eve Mins arrives as text: violated",
      // Who leaves has changed, and no feature shows it: only labels can.
      "a rival's offer: others leave: passed",
    ]);
    expect(summary).toMatch(/CustServ Calls goes missing {2,}violated: 500 rows, 1 violation,/);
  });

  it("tells the team of the first change, with the feature and its numbers", () => {
    expect(summary).toMatch(/│ churn(?:-\d+)?: data quality violated\./);
    expect(summary).toMatch(/│ - Day Mins: baseline_drift_check, 0\.\d+ against 0\.1/);
  });

  it("passes the quality of clean hours, and finds what no feature shows once labels have come", () => {
    const verdicts = [
      ...summary.matchAll(/^ {2}\d\d:00 {2}(.+?) {2,}(\w+): 500 of 500 labelled/gm),
    ];
    const told = verdicts.map(([, title, verdict]) => `${title}: ${verdict}`);
    expect(told.slice(0, 3)).toEqual(Array(3).fill("clean traffic: passed"));
    expect(told).toContain("Day Mins arrives in seconds: violated");
    expect(told.at(-1)).toBe("a rival's offer: others leave: violated");
    expect(summary).toMatch(/│ churn(?:-\d+)?: model quality violated\./);
    // Hours are checked side by side, so which violated one the message is about is open.
    expect(summary).toMatch(/│ - \w+ [\d.]+ → [\d.]+ \([\d.]+–[\d.]+\) on 500 labelled of 500/);
  });

  it("leaves the reports on this machine", async () => {
    const [, path] = /Report of the last violated hour: (\S+)/.exec(summary)!;
    expect(await readFile(join(root, path!), "utf8")).toContain("Eve Mins");
    const result: CheckResult = JSON.parse(
      await readFile(join(root, path!.replace("report.html", "result.json")), "utf8"),
    );
    expect(result.outcome).toEqual({ outcome: "violated" });
    const violated = result.checks.filter(({ outcome }) => outcome === "violated");
    expect(violated.map(({ feature, check }) => [feature, check])).toEqual([
      ["Eve Mins", "data_type_check"],
    ]);
  });

  it("says what it takes when it is asked for something else", async () => {
    await expect(run(["--kep"])).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/Unknown option '--kep'[\s\S]*Usage: npm start/),
    });
  });
});
