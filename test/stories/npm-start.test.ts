import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { adoptAccount, closeAccount, openAccount, readAccountFile } from "../../local/account.ts";
import type { CheckResult } from "../../shared/contracts/check-result.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

const run = (args: readonly string[]) =>
  promisify(execFile)(process.execPath, [join(root, "local", "start.ts"), ...args], { cwd: root });

/** Of each hour of a part of the summary: its title and what the labels said. */
function qualityOf(part: string): string[] {
  const verdicts = part.matchAll(/^ {2}\d\d:00 {2}(.+?) {2,}(\w+): \d+ of \d+ labelled/gm);
  return [...verdicts].map(([, title, verdict]) => `${title}: ${verdict}`);
}

/** The steps of a run, in the order in which they were decided. */
function decisionsOf(part: string): string[] {
  const [, table = ""] = /^What run .*\n((?: {2}.*\n)+)/m.exec(part) ?? [];
  return [...table.matchAll(/^ {2}([\w.-]+) +([\w-]+) {2}/gm)].map(
    ([, step, decision]) => `${step}: ${decision}`,
  );
}

const BEFORE_APPROVAL = [
  "decide-retraining: retrain",
  "prepare-training-set: prepared",
  "start-training.1: train",
  "start-evaluation: evaluate",
  "evaluate-challenger: better",
  "register-model: registered",
  "request-approval: asked",
];
const QUALITY_LOST = [
  "customers as they were: passed",
  ...Array(3).fill("a rival's offer in the evening: violated"),
];

describe("npm start", () => {
  let wasUp: boolean;
  let summary: string;
  let healed: string;
  let rolledBack: string;
  beforeAll(async () => {
    wasUp = (await readAccountFile()) !== undefined;
    const { stdout } = await run(["--keep"]);
    const parts = stdout.split(/^(?=Healed: |Rolled back: )/m);
    expect(parts).toHaveLength(3);
    [summary, healed, rolledBack] = parts as [string, string, string];
  });
  afterAll(async () => {
    if (!wasUp) await closeAccount(await adoptAccount(await openAccount()));
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
    const told = qualityOf(summary);
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

  it("heals a model whose customers changed: retrained, approved, promoted, and good again", () => {
    expect(qualityOf(healed)).toEqual([...QUALITY_LOST, "a rival's offer in the evening: passed"]);
    expect(decisionsOf(healed)).toEqual([
      ...BEFORE_APPROVAL,
      "record-approval: approved",
      "test-candidate: served",
      "judge-canary.bake.0: promote",
      "record-deployment: promoted",
      "conclude-run: promoted",
    ]);
    expect(healed).toMatch(/its form's answer: "Version 1 is approved"/);
    expect(healed).toMatch(/customers sent 4000 requests, none of which failed/);
    expect(healed).toMatch(/the endpoint itself says v1-[0-9a-f]+ 100 %:/);
    expect(healed).toMatch(/ – now +version 1 +v1-[0-9a-f]+, by run churn/);
    expect(healed).toMatch(/│ churn[\d-]*: version 1 is promoted\./);
  });

  it("rolls a model back that is better on paper and fails in traffic", () => {
    expect(qualityOf(rolledBack)).toEqual(QUALITY_LOST);
    const decisions = decisionsOf(rolledBack);
    expect(decisions.slice(0, 9)).toEqual([
      ...BEFORE_APPROVAL,
      "record-approval: approved",
      "test-candidate: served",
    ]);
    // The roll back does not wait for the state machine.
    expect(decisions.slice(9).sort()).toEqual([
      "conclude-run: rolled-back",
      "judge-canary.bake.0: roll-back",
      "roll-back: rolled-back",
    ]);
    expect(rolledBack).toMatch(
      /challenger at 5 % customers sent 2000 requests, of which \d+ failed/,
    );
    expect(rolledBack).toMatch(/alone again they sent 500 requests, none of which failed/);
    expect(rolledBack).toMatch(/the endpoint itself says AllTraffic 100 %:/);
    expect(rolledBack).toMatch(/│ churn[\d-]*: version 1 was rolled back\./);
  });

  it("does nothing about a model that nothing happened to", async () => {
    const { stdout } = await run(["--scenario", "healthy"]);
    expect(qualityOf(stdout)).toEqual(Array(2).fill("customers as they were: passed"));
    expect(stdout).toMatch(/Alarms: 9 alarms watched, none rings\nRetraining runs: none/);
  });

  it("keeps the champion when a person rejects the better model", async () => {
    const { stdout } = await run(["--scenario", "reject"]);
    expect(decisionsOf(stdout)).toEqual([
      ...BEFORE_APPROVAL,
      "record-approval: rejected",
      "conclude-run: rejected",
    ]);
    expect(stdout).toMatch(/the endpoint itself says AllTraffic 100 %:/);
    expect(stdout).toMatch(/│ churn[\d-]*: version 1 was rejected\./);
  });

  it("says what it takes when it is asked for something else", async () => {
    await expect(run(["--kep"])).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/Unknown option '--kep'[\s\S]*Usage: npm start/),
    });
    await expect(run(["--scenario", "heel"])).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/"heel": must be one of healthy, heal, rollback, reject/),
    });
  });
});
