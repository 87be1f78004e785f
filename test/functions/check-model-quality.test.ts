import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readWindowRecords } from "../../shared/aws/window-records.ts";
import { HOUR_MILLIS } from "../../shared/window/window.ts";
import { runPlumbline } from "../cli/run-plumbline.ts";
import { temporaryFolder } from "../cli/temporary-folder.ts";
import { definitionWith } from "../shared/window/sample-definition.ts";
import { QUALITY_BASELINE_TEXT } from "./quality-lines.ts";
import {
  CAPTURES,
  HOURS,
  MATURE,
  QualityWindows,
  ROWS,
  START,
  type Step,
} from "./quality-windows.ts";

const definition = definitionWith({
  checks: "  modelQuality: { every: PT2H, minimumLabels: 1 }\nlabels: { expectedWithin: PT1H }\n",
});

let account: QualityWindows;
beforeEach(() => {
  account = new QualityWindows(definition);
});
afterEach(() => account.close());

const labels = fc.array(
  fc.record({
    row: fc.integer({ min: 0, max: HOURS * ROWS + 1 }),
    value: fc.integer({ min: 0, max: 1 }),
    minutes: fc.integer({ min: 0, max: 3 }),
  }),
  { minLength: 1, maxLength: 10 },
);
const script = fc.array(labels, { minLength: 1, maxLength: 4 }).chain((batches) => {
  const steps: Step[] = [
    ...CAPTURES,
    ...batches.map((batch, index): Step => {
      // The first one comes while the window lasts.
      const arrivedMillis = index === 0 ? START + HOUR_MILLIS : MATURE;
      return { kind: "labels", labels: batch, name: `b${index}`, arrivedMillis };
    }),
  ];
  const checks = [0, 1, 2].map(
    (hour): Step => ({ kind: "check", atMillis: START + (2 + hour) * HOUR_MILLIS }),
  );
  const wild = fc.shuffledSubarray([...steps, ...steps, ...checks]);
  const crashes = fc.array(
    fc.array(
      fc.integer({ min: 0, max: 28 }).map((half) => half / 2),
      { maxLength: 2 },
    ),
    {
      minLength: 24,
      maxLength: 24,
    },
  );
  return fc.record({ steps: fc.constant(steps), wild, crashes });
});

describe("a model-quality check", () => {
  it("ends in the same bytes whatever came late, twice, in any order or died in between", async () => {
    await fc.assert(
      fc.asyncProperty(script, async ({ steps, wild, crashes }) => {
        account.restart();
        for (const step of steps) await account.perform(step);
        await account.perform({ kind: "check", atMillis: MATURE });
        const orderly = account.finalBytes();
        expect(Object.keys(orderly).some((key) => key.endsWith("/last/report.html"))).toBe(true);

        account.restart();
        for (const [index, step] of wild.entries())
          await account.performThrough(step, crashes[index] ?? []);
        // What had not come yet comes at last, and the plan of the next hour sees it.
        for (const step of steps) await account.performThrough(step, []);
        await account.perform({ kind: "check", atMillis: MATURE });
        await account.perform({ kind: "check", atMillis: MATURE + 4 * HOUR_MILLIS });
        expect(account.finalBytes()).toEqual(orderly);
      }),
      { numRuns: 60 },
    );
  });

  it("says nothing before the labels are expected, and then says it with a new revision", async () => {
    account.restart();
    for (const step of CAPTURES) await account.perform(step);
    await account.perform({ kind: "check", atMillis: START + 2 * HOUR_MILLIS });
    const [early] = await readWindowRecords("churn", START);
    expect(early?.result).toMatchObject({
      revision: 1,
      outcome: {
        outcome: "inconclusive",
        reason: "labels-outstanding",
        explanation: "0 of 16 captured rows are labelled, and labels may still come",
      },
    });
    const all = Array.from({ length: HOURS * ROWS }, (_, row) => ({
      row,
      value: row % 2,
      minutes: 1,
    }));
    await account.perform({ kind: "labels", labels: all, name: "all" });
    await account.perform({ kind: "check", atMillis: START + 2 * HOUR_MILLIS });
    const [late] = await readWindowRecords("churn", START);
    expect(late?.result?.revision).toBe(2);
    expect(late?.result?.outcome.outcome).not.toBe("inconclusive");
  });

  it("counts the labels of the window's time that no capture of it or before has", async () => {
    account.restart();
    const labelsOf = (...rows: number[]) => rows.map((row) => ({ row, value: 1, minutes: 1 }));
    const [during, after] = [START + HOUR_MILLIS, START + 2 * HOUR_MILLIS];
    const steps: Step[] = [
      ...CAPTURES,
      { kind: "labels", labels: labelsOf(0, 1, 500, 600, 700), name: "a", arrivedMillis: during },
      { kind: "labels", labels: labelsOf(600, 1), name: "b", arrivedMillis: during },
      { kind: "labels", labels: labelsOf(800), name: "c", arrivedMillis: after },
      { kind: "check", atMillis: after },
    ];
    for (const step of steps) await account.perform(step);
    expect(account.result().coverage.unmatchedLabelCount).toBeNull();
    await account.perform({ kind: "check", atMillis: MATURE });
    expect(account.result().coverage.unmatchedLabelCount).toBe(3);

    // An hour before the window 700 was predicted: its label may take so long.
    const [hour, millis] = [-1, START - HOUR_MILLIS];
    const lines = [{ id: "r700", millis, row: 1 }];
    await account.perform({ kind: "capture", variant: "green", hour, name: "x", lines });
    await account.perform({ kind: "labels", labels: labelsOf(2), name: "d" });
    await account.perform({ kind: "check", atMillis: MATURE });
    expect(account.result().coverage.unmatchedLabelCount).toBe(2);
  });

  it("compares a window with the baseline of the version that served most of it", async () => {
    account.restart();
    const [promoted, version] = [START + 10 * 60_000, "baselines/churn/run-1/"];
    const stretch = (variant: string, fromMillis: number, more: object) => {
      const sk = `deployment#${new Date(fromMillis).toISOString()}#${variant}`;
      const from = new Date(fromMillis).toISOString();
      account.items.set(`endpoint#churn ${sk}`, {
        ...{ pk: "endpoint#churn", sk, endpoint: "churn", variant, from, ...more },
      });
    };
    const to = new Date(promoted).toISOString();
    stretch("blue", START - HOUR_MILLIS, { baseline: "s3://bucket/baselines/churn/v1/", to });
    stretch("v1", promoted, { baseline: `s3://bucket/${version}`, run: "run-1" });
    const key = `${version}model-quality/constraints.json`;
    account.objects.set(key, QUALITY_BASELINE_TEXT);
    for (const step of CAPTURES) await account.perform(step);
    await account.perform({ kind: "check", atMillis: MATURE });
    const { baseline } = account.result().inputs;
    expect(baseline.map(({ location }) => location)).toEqual([`s3://bucket/${key}`]);
  });

  it("writes the bytes that the command line writes of the same files", async () => {
    const baseline = await temporaryFolder();
    const table = join(baseline, "predictions.csv");
    const scored = Array.from(
      { length: 40 },
      (_, row) => `${(row % 10) / 10},${row % 3 === 0 ? 1 : 0}`,
    );
    await writeFile(table, `probability,label\n${scored.join("\n")}\n`);
    const problem = ["--problem", "binary-classification"];
    await runPlumbline(["baseline", "--predictions", table, ...problem, "--out", baseline]);
    account.restart();
    for (const name of ["statistics.json", "constraints.json"]) {
      const text = await readFile(join(baseline, name), "utf8");
      account.objects.set(`baselines/churn/v1/model-quality/${name}`, text);
    }
    const all = Array.from({ length: 12 }, (_, row) => ({ row, value: row % 2, minutes: 1 }));
    const late = [{ row: 3, value: 0, minutes: 9 }];
    const steps: Step[] = [
      ...CAPTURES,
      { kind: "labels", labels: late, name: "late" },
      { kind: "labels", labels: all, name: "all" },
      { kind: "check", atMillis: MATURE },
    ];
    for (const step of steps) await account.perform(step);

    const folder = await temporaryFolder();
    for (const [key, text] of account.objects) {
      await mkdir(dirname(join(folder, key)), { recursive: true });
      await writeFile(join(folder, key), text);
    }
    const paths = [
      "--captures",
      join(folder, "captures"),
      "--labels",
      join(folder, "ground-truth"),
    ];
    const check = ["check", "model-quality", "--baseline", baseline, ...paths];
    const out = join(folder, "out");
    await runPlumbline([...check, "--minimum-coverage", "0.8", "--out", out]);
    await runPlumbline(["merge-labels", ...paths, "--out", join(folder, "again")]);
    const deployed = account.finalBytes();
    for (const [key, text] of Object.entries(deployed)) {
      const name = key.slice(key.lastIndexOf("/") + 1);
      if (key.startsWith("merged/")) {
        const path = join(folder, "again", key.slice("merged/churn/blue/".length));
        expect(await readFile(path, "utf8")).toBe(text);
      } else if (name !== "result.json") {
        expect(await readFile(join(out, name), "utf8")).toBe(text);
      }
    }
    expect(Object.keys(deployed)).toHaveLength(2 + 5);
  });
});
