import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { countCapture, readCapturedHours } from "../../shared/aws/captured-hours.ts";
import { countLabels, readLabelledHours } from "../../shared/aws/label-hours.ts";
import { askQuality, makeModelQualityCheck } from "../../shared/aws/model-quality-checks.ts";
import { writeObject } from "../../shared/aws/objects.ts";
import { noteIssued, readWindowRecords } from "../../shared/aws/window-records.ts";
import { groundTruthKey } from "../../shared/contracts/storage-keys.ts";
import { labelLine } from "../../shared/labels/label.ts";
import { planChecks } from "../../shared/window/plan.ts";
import { HOUR_MILLIS } from "../../shared/window/window.ts";
import { runPlumbline } from "../cli/run-plumbline.ts";
import { temporaryFolder } from "../cli/temporary-folder.ts";
import { definitionWith } from "../shared/window/sample-definition.ts";
import { QualityAccount } from "./quality-account.ts";
import { captureLine, QUALITY_BASELINE_TEXT } from "./quality-lines.ts";

const START = Date.parse("2026-01-12T00:00:00Z");
const definition = definitionWith({
  checks: "  modelQuality: { every: PT2H, minimumLabels: 1 }\nlabels: { expectedWithin: PT1H }\n",
});
const HOURS = 2;
const ROWS = 8;
/** Long after all labels were expected, within the time that corrections still re-open the window. */
const MATURE = START + 4 * HOUR_MILLIS;

let account: QualityAccount;
beforeEach(() => {
  account = new QualityAccount();
});
afterEach(() => account.close());

type Step =
  | { readonly kind: "capture"; readonly hour: number; readonly part: number }
  | { readonly kind: "labels"; readonly labels: readonly Label[]; readonly name: string }
  | { readonly kind: "check"; readonly atMillis: number };

interface Label {
  readonly row: number;
  readonly value: number;
  /** Minutes after the inference; corrections have a greater one. */
  readonly minutes: number;
}

const objectKey = (hour: number, part: number) =>
  `captures/churn/blue/2026/01/12/0${hour}/${part}.jsonl`;

/** An hour's rows lie in two objects; the second repeats a row of the first. */
const captureText = (hour: number, part: number): string =>
  Array.from({ length: ROWS }, (_, row) => row)
    .filter((row) => row % 2 === part || row === 0)
    .map((row) =>
      captureLine({
        id: `r${hour * ROWS + row}`,
        millis: START + hour * HOUR_MILLIS + row * 1000,
        row,
      }),
    )
    .join("");

async function perform(step: Step): Promise<void> {
  if (step.kind === "check") return await planAndCheck(step.atMillis);
  if (step.kind === "capture") {
    const { hour, part } = step;
    const key = objectKey(hour, part);
    account.objects.set(key, captureText(hour, part));
    const share = { endpoint: "churn", variant: "blue", hourMillis: START + hour * HOUR_MILLIS };
    const source = { bucket: "bucket", key, etag: "etag" };
    await countCapture({ ...share, objectId: `${hour}-${part}`, recordCount: 1, source }, START);
    return;
  }
  const text = step.labels
    .map(({ row, value, minutes }) =>
      labelLine({
        ...{ id: `r${row}`, data: String(value), encoding: "CSV" },
        labelMillis: START + minutes * 60_000,
      }),
    )
    .join("\n");
  const key = groundTruthKey("churn", MATURE, step.name);
  await writeObject({ bucket: "bucket", key }, `${text}\n`, "application/jsonl");
  const counts = { acceptedCount: step.labels.length, duplicateCount: 0, rejectedCount: 0 };
  await countLabels("churn", MATURE, counts);
}

async function planAndCheck(nowMillis: number): Promise<void> {
  const history = {
    definedAtMillis: START,
    hours: await readCapturedHours("churn", START),
    windows: await readWindowRecords("churn", START),
    labels: await readLabelledHours("churn", START),
  };
  const input = { definition, history, nowMillis, watermarkMillis: 0 };
  for (const due of planChecks(input).filter(({ check }) => check === "model-quality")) {
    await noteIssued(due, nowMillis);
    await makeModelQualityCheck(askQuality(due, definition, nowMillis)!);
  }
}

/** Performs a step until it ends, whatever it dies of: SQS and S3 deliver again what was not done. */
async function performThrough(step: Step, crashes: readonly number[]): Promise<void> {
  for (const writes of crashes) {
    account.crashAfter(writes);
    try {
      await perform(step);
    } catch (error) {
      if ((error as Error).name !== "Crash") throw error;
    }
  }
  account.crashAfter(Number.POSITIVE_INFINITY);
  await perform(step);
}

/** The merged records, and the files of the window's last revision. */
function finalBytes(): Record<string, string> {
  const window = account.items.get(
    "endpoint#churn window#2026-01-12T00:00:00Z#2026-01-12T02:00:00Z#model-quality#_all",
  );
  const last = `/r${window?.resultRevision}/`;
  const kept = [...account.objects].filter(
    ([key]) =>
      key.startsWith("merged/") || (key.includes("T0000Z--20260112T0200Z") && key.includes(last)),
  );
  return Object.fromEntries(kept.map(([key, text]) => [key.replace(last, "/last/"), text]).sort());
}

function restart(): void {
  account.items.clear();
  account.objects.clear();
  const prefix = "baselines/churn/v1/model-quality/";
  account.objects.set(`${prefix}constraints.json`, QUALITY_BASELINE_TEXT);
}

const CAPTURES: readonly Step[] = Array.from({ length: HOURS * 2 }, (_, index) => ({
  kind: "capture",
  hour: Math.floor(index / 2),
  part: index % 2,
}));

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
    ...batches.map((batch, index): Step => ({ kind: "labels", labels: batch, name: `b${index}` })),
  ];
  const checks = [0, 1, 2].map(
    (hour): Step => ({ kind: "check", atMillis: START + (2 + hour) * HOUR_MILLIS }),
  );
  const wild = fc.shuffledSubarray([...steps, ...steps, ...checks]);
  const crashes = fc.array(
    fc.array(
      fc.integer({ min: 0, max: 16 }).map((half) => half / 2),
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
        restart();
        for (const step of steps) await perform(step);
        await perform({ kind: "check", atMillis: MATURE });
        const orderly = finalBytes();
        expect(Object.keys(orderly).some((key) => key.endsWith("/last/report.html"))).toBe(true);

        restart();
        for (const [index, step] of wild.entries())
          await performThrough(step, crashes[index] ?? []);
        // What had not come yet comes at last, and the plan of the next hour sees it.
        for (const step of steps) await performThrough(step, []);
        await perform({ kind: "check", atMillis: MATURE });
        await perform({ kind: "check", atMillis: MATURE + 4 * HOUR_MILLIS });
        expect(finalBytes()).toEqual(orderly);
      }),
      { numRuns: 60 },
    );
  });

  it("says nothing before the labels are expected, and then says it with a new revision", async () => {
    restart();
    for (const step of CAPTURES) await perform(step);
    await perform({ kind: "check", atMillis: START + 2 * HOUR_MILLIS });
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
    await perform({ kind: "labels", labels: all, name: "all" });
    await perform({ kind: "check", atMillis: START + 2 * HOUR_MILLIS });
    const [late] = await readWindowRecords("churn", START);
    expect(late?.result?.revision).toBe(2);
    expect(late?.result?.outcome.outcome).not.toBe("inconclusive");
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
    restart();
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
    for (const step of steps) await perform(step);

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
    const deployed = finalBytes();
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
