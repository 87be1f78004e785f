import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { listCaptureFiles } from "../../cli/files.ts";
import { profileCaptures } from "../../cli/profile-captures.ts";
import { handler as checkHandler } from "../../functions/check-data-quality/handler.ts";
import { handler as planHandler } from "../../functions/plan-checks/handler.ts";
import { handler as profileHandler } from "../../functions/profile-capture/handler.ts";
import { readBaseline } from "../../shared/aws/baselines.ts";
import { writeDefinition } from "../../shared/aws/monitors.ts";
import { deleteObject } from "../../shared/aws/objects.ts";
import { registerMonitor } from "../../shared/aws/registration.ts";
import { readNewestWindowRecords } from "../../shared/aws/window-records.ts";
import { checkDataQuality } from "../../shared/drift/check-data-quality.ts";
import { dataQualityReportFiles } from "../../shared/report/check-files.ts";
import { definitionText } from "../shared/window/sample-definition.ts";
import { type CaptureFile, captureFiles, trainingCsv } from "./scattered-captures.ts";
import {
  batchOf,
  CONTEXT,
  freshStage,
  objectEvent,
  openStage,
  putObject,
  readAll,
} from "./stage.ts";

// Before the handlers are loaded, and their logger with them.
vi.hoisted(() => {
  process.env.POWERTOOLS_LOG_LEVEL = "SILENT";
});

const BATCH_OUTPUT = new URL(
  "../samples/capture/batch_transform_output_with_inference_id.jsonl",
  import.meta.url,
);
const TRAFFIC = [
  ...captureFiles({ hour: "09", fileCount: 5, rowsPerFile: 90, seed: 1 }),
  ...captureFiles({ hour: "10", fileCount: 6, rowsPerFile: 80, seed: 2, scale: 60 }),
  ...captureFiles({ hour: "10", fileCount: 3, rowsPerFile: 70, seed: 3, variant: "Canary" }),
];
const WINDOW_9 = "data-quality/20260115T0900Z--20260115T1000Z";
const WINDOW_10 = "data-quality/20260115T1000Z--20260115T1100Z";

let stage: Awaited<ReturnType<typeof openStage>>;
let bucket: string;
beforeAll(async () => {
  stage = await openStage();
});
afterAll(() => stage.close());
beforeEach(async () => {
  bucket = await freshStage();
});

/** Defines a monitor with a baseline of its own, and registers it. */
async function monitor(endpoint = "churn"): Promise<void> {
  await putObject(bucket, "datasets/train.csv", trainingCsv(2_000));
  const text = definitionText({ endpoint, capture: `s3://${bucket}/captures/${endpoint}` });
  const baseline = `baseline: { dataset: s3://${bucket}/datasets/train.csv }`;
  await writeDefinition(endpoint, text.replace(/^baseline: .*$/m, baseline));
  expect(await registerMonitor(endpoint)).toMatchObject({ state: "active" });
}

const upload = ({ path, body }: CaptureFile, endpoint = "churn") =>
  putObject(bucket, `captures/${endpoint}/${path}`, body);

async function deliver(...events: object[]): Promise<void> {
  expect(await profileHandler(batchOf(...events), CONTEXT)).toEqual({ batchItemFailures: [] });
}

/** The hourly wake-up, and what its events lead to. */
async function planAndCheck(time: string, endpoint = "churn"): Promise<void> {
  await planHandler({ scheduledTime: time }, CONTEXT);
  const windows = (await readNewestWindowRecords(endpoint)).filter(
    ({ issued, result }) => issued && (result?.objectCount ?? -1) < issued.objectCount,
  );
  for (const { variant, check, window } of windows) {
    const [from, to] = [window.fromMillis, window.toMillis].map((at) => new Date(at).toISOString());
    const detail = { endpoint, variant, check, window: { from, to }, cause: "due" };
    const event = { id: "due", source: "plumbline.test", time, "detail-type": "Check Due", detail };
    expect(await checkHandler(batchOf(event), CONTEXT)).toEqual({ batchItemFailures: [] });
  }
}

const resultOf = (files: Record<string, string>, variant: string, window: string, revision = 1) =>
  JSON.parse(files[`reports/churn/${variant}/${window}/r${revision}/result.json`]!);

describe("captures of an endpoint", () => {
  it("give the same bytes in whatever order and however often they are delivered", async () => {
    await monitor();
    const inOrder: object[] = [];
    for (const file of TRAFFIC) inOrder.push(await upload(file));
    await deliver(...inOrder);
    await planAndCheck("2026-01-15T11:25:00Z");
    const first = await readAll(bucket, "reports/");
    const folds = await readAll(bucket, "profiles/");

    const { PLUMBLINE_TABLE } = process.env;
    await freshStage();
    Object.assign(process.env, { PLUMBLINE_BUCKET: bucket });
    expect(process.env.PLUMBLINE_TABLE).not.toBe(PLUMBLINE_TABLE);
    await emptied("reports/", "profiles/");
    const shuffled = [...inOrder.toReversed(), ...inOrder.slice(3), inOrder[0]!, inOrder[0]!];
    for (const event of shuffled) await deliver(event);
    await planAndCheck("2026-01-15T11:25:00Z");
    await planAndCheck("2026-01-15T11:25:00Z");

    expect(await readAll(bucket, "reports/")).toEqual(first);
    expect(await readAll(bucket, "profiles/")).toEqual(folds);
    expect(resultOf(first, "_all", WINDOW_9).outcome).toEqual({ outcome: "passed" });
    expect(resultOf(first, "_all", WINDOW_10)).toMatchObject({
      outcome: { outcome: "violated" },
      rowCount: 690,
    });
    expect(resultOf(first, "Canary", WINDOW_10)).toMatchObject({ rowCount: 210 });
  });

  it("open their window again when one comes late, as a revision of its own", async () => {
    await monitor();
    const [late, ...inTime] = captureFiles({ hour: "09", fileCount: 4, rowsPerFile: 50, seed: 4 });
    for (const file of inTime) await deliver(await upload(file));
    await planAndCheck("2026-01-15T10:25:00Z");
    const before = await readAll(bucket, "reports/");
    expect(resultOf(before, "_all", WINDOW_9)).toMatchObject({ rowCount: 150 });

    await deliver(await upload(late!));
    await planAndCheck("2026-01-15T11:25:00Z");
    await planAndCheck("2026-01-15T12:25:00Z");
    const after = await readAll(bucket, "reports/churn/_all/data-quality/20260115T0900Z");
    expect(Object.keys(after)).toHaveLength(10);
    expect(after).toMatchObject(before);
    expect(resultOf(after, "_all", WINDOW_9, 2)).toMatchObject({ rowCount: 200 });
  });

  it("are reported, not dropped, when they come after the hour's profiles expired", async () => {
    await monitor();
    const [late, ...inTime] = captureFiles({ hour: "09", fileCount: 3, rowsPerFile: 50, seed: 5 });
    for (const file of inTime) await deliver(await upload(file));
    await planAndCheck("2026-01-15T10:25:00Z");
    await emptied("profiles/objects/");
    await deliver(await upload(late!));
    await planAndCheck("2026-01-15T11:25:00Z");
    const result = resultOf(await readAll(bucket, "reports/"), "_all", WINDOW_9, 2);
    expect(result.outcome).toMatchObject({
      outcome: "inconclusive",
      reason: "late-beyond-retention",
      explanation: expect.stringMatching(/^1 of 3 capture objects/),
    });
    expect(result.rowCount).toBe(100);
  });

  it("give the bytes that the command line gives of the same files", async () => {
    await monitor();
    const folder = await mkdtemp(join(tmpdir(), "plumbline-captures-"));
    for (const file of TRAFFIC.slice(5)) {
      await deliver(await upload(file));
      await mkdir(dirname(join(folder, file.path)), { recursive: true });
      await writeFile(join(folder, file.path), file.body);
    }
    await planAndCheck("2026-01-15T11:25:00Z");
    const { profile } = await profileCaptures(await listCaptureFiles(folder));
    const baseline = await readBaseline(`s3://${bucket}/baselines/churn/initial/`);
    const options = { columns: "outputs-and-inputs", minimumRows: 1 } as const;
    const finding = checkDataQuality({ baseline, profile, options });
    const prefix = `reports/churn/_all/${WINDOW_10}/r1/`;
    const deployed = await readAll(bucket, prefix);
    const { inputs } = JSON.parse(deployed[`${prefix}result.json`]!);
    for (const [name, text] of dataQualityReportFiles(finding, baseline, inputs)) {
      expect(Buffer.from(deployed[prefix + name]!, "latin1").toString()).toBe(text);
    }
    await rm(folder, { recursive: true });
  });

  it("are left alone when they are nobody's, gone, or no captures, and empty ones count", async () => {
    await monitor();
    const missing = { key: `captures/churn/${TRAFFIC[0]!.path}`, etag: "0".repeat(32) };
    const key = (path: string) => `captures/churn/AllTraffic/2026/01/15/09/${path}`;
    await deliver(
      await putObject(bucket, "captures/nobody/A/2026/01/15/09/a.jsonl", TRAFFIC[0]!.body),
      await putObject(bucket, "captures/churn/readme.txt", "hello"),
      objectEvent("Object Created", bucket, missing),
      objectEvent("Object Created", "captures-of-others", missing),
      await putObject(bucket, key("empty.jsonl"), ""),
      await putObject(bucket, key("broken.jsonl"), '{"captureData": {"endpointInput"\nhello\n'),
    );
    await planAndCheck("2026-01-15T10:25:00Z");
    const files = await readAll(bucket, "");
    expect(resultOf(files, "_all", WINDOW_9)).toMatchObject({
      outcome: { outcome: "inconclusive", reason: "nothing-readable" },
      recordCount: 0,
      quarantinedCount: 2,
    });
    const quarantine = Object.entries(files).filter(([name]) => name.startsWith("quarantine/"));
    expect(quarantine).toHaveLength(1);
    expect(JSON.parse(quarantine[0]![1].split("\n")[0]!)).toMatchObject({
      object: `s3://${bucket}/${key("broken.jsonl")}`,
      lineNumber: 1,
    });
  });
});

describe("the manifest of a batch transform", () => {
  const HOUR_1 = "data-quality/20230121T0100Z--20230121T0200Z";
  const manifestOf = (...names: string[]) =>
    JSON.stringify([{ prefix: `s3://${bucket}/captures/churn/transform-output/` }, ...names]);
  const key = "captures/churn/output/2023/01/21/01/0b7bfd33.json";

  it("has the outputs that it names profiled, and each but once", async () => {
    await monitor();
    const jsonl = await readFile(BATCH_OUTPUT, "utf8");
    await putObject(bucket, "captures/churn/transform-output/rows.jsonl.out", jsonl);
    const csv = "29,2,0.25,id-1,2023-01-21T01:29:04Z\n".repeat(3);
    await putObject(bucket, "captures/churn/transform-output/rows.csv.out", csv);
    const manifest = manifestOf("rows.jsonl.out", "rows.csv.out");
    await deliver(await putObject(bucket, key, manifest));
    await deliver(await putObject(bucket, key.replace("0b7b", "ffff"), manifest));
    await planAndCheck("2023-01-21T02:25:00Z");
    const result = resultOf(await readAll(bucket, "reports/"), "_all", HOUR_1);
    expect(result).toMatchObject({ recordCount: 8, quarantinedCount: 0 });
  });

  it("comes again while an output is not there, or when it is none", async () => {
    await monitor();
    for (const text of [manifestOf("late.jsonl.out"), '{"prefix":1}']) {
      const { batchItemFailures } = await profileHandler(
        batchOf(await putObject(bucket, key, text)),
        CONTEXT,
      );
      expect(batchItemFailures).toHaveLength(1);
    }
  });
});

describe("an endpoint whose definition is broken", () => {
  it("does not stop another", async () => {
    await monitor();
    await writeDefinition("broken", "endpoint: broken\nproblem: guessing\n");
    for (const file of TRAFFIC.slice(0, 5)) await deliver(await upload(file));
    await planAndCheck("2026-01-15T10:25:00Z");
    expect(resultOf(await readAll(bucket, "reports/"), "_all", WINDOW_9).rowCount).toBe(450);
  });

  it("has no checks, and is inconclusive when only its baseline is missing", async () => {
    const capture = `s3://${bucket}/captures/churn`;
    await writeDefinition("churn", definitionText({ capture }));
    await deliver(await upload(TRAFFIC[0]!));
    await planAndCheck("2026-01-15T10:25:00Z");
    expect(resultOf(await readAll(bucket, "reports/"), "_all", WINDOW_9)).toMatchObject({
      outcome: { outcome: "inconclusive", reason: "no-baseline" },
      rowCount: 90,
      violationCount: 0,
    });
  });
});

/** Deletes what lies under the prefixes. */
async function emptied(...prefixes: readonly string[]): Promise<void> {
  for (const prefix of prefixes) {
    for (const key of Object.keys(await readAll(bucket, prefix)))
      await deleteObject({ bucket, key });
  }
}
