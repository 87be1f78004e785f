import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DescribeModelPackageCommand, SageMakerClient } from "@aws-sdk/client-sagemaker";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { summarizeTrial } from "../../cli/summarize-trial.ts";
import { tryRetraining } from "../../cli/try-retraining.ts";
import { handler as evaluateChallenger } from "../../functions/evaluate-challenger/handler.ts";
import { handler as prepareTrainingSet } from "../../functions/prepare-training-set/handler.ts";
import { handler as registerModel } from "../../functions/register-model/handler.ts";
import { handler as startEvaluation } from "../../functions/start-evaluation/handler.ts";
import { handler as startTraining } from "../../functions/start-training/handler.ts";
import { readBaseline } from "../../shared/aws/baselines.ts";
import { readServedModel } from "../../shared/aws/deployments.ts";
import { readAudit } from "../../shared/aws/self-healing/audit.ts";
import { acquireLock, readLock, releaseLock } from "../../shared/aws/self-healing/endpoint-lock.ts";
import { findPending, listPending } from "../../shared/aws/self-healing/pending-tasks.ts";
import { readRun, writeRun } from "../../shared/aws/self-healing/runs.ts";
import { type JobKind, readJobResult } from "../../shared/aws/training/job-results.ts";
import { parseMonitorFile } from "../../shared/contracts/monitor-file.ts";
import type { RunRecord } from "../../shared/contracts/self-healing/run.ts";
import { HOUR_MILLIS } from "../../shared/window/window.ts";
import { temporaryFolder } from "../cli/temporary-folder.ts";
import { definitionText } from "../shared/window/sample-definition.ts";
import { openChurn, writeHistory } from "./captured-churn.ts";
import { CONTEXT, freshStage, openStage, readAll, type Stage } from "./stage.ts";
import { createTrainingPipeline } from "./training-pipeline.ts";

const ECR = "000000000000.dkr.ecr.us-east-1.amazonaws.com";
const IMAGE = `${ECR}/plumbline/logistic-regression:1`;
const ROLE = "arn:aws:iam::000000000000:role/training";

const AT = "2026-01-16T12:00:00.000Z";
const HOURS = 24;

let stage: Stage;
let bucket: string;
beforeAll(async () => {
  stage = await openStage();
  bucket = await freshStage();
  Object.assign(process.env, {
    PLUMBLINE_TRAINING_IMAGES: `logistic-regression=${IMAGE}`,
    PLUMBLINE_TRAINING_ROLES: `training=${ROLE}`,
    // So little that the join has to go in parts.
    PLUMBLINE_JOIN_BYTES: "1000000",
  });
  await simulator("durations", { trainingMillis: 300, transformMillis: 300 });
  const definition = parseMonitorFile(definitionOf(SELF_HEALING), "monitors/churn.yml");
  await openChurn(bucket, definition);
  await writeHistory({
    ...{ bucket, definition, hours: HOURS, rowsPerHour: 100 },
    fromMillis: Date.parse(AT) - HOURS * HOUR_MILLIS,
    changes: [{ kind: "scaled", feature: "Day Mins", factor: 60 }],
  });
});
afterAll(() => stage.close());

const SELF_HEALING = `prediction: { probability: 0, threshold: 0.5 }
labels: { expectedWithin: PT12H }
retraining:
  data: { window: P30D, minimumRows: 500, minimumRowsPerClass: 20 }
  trainingJob: { image: logistic-regression, role: training }
`;

function definitionOf(more: string): string {
  const text = definitionText({ capture: `s3://${bucket}/captures/churn`, more });
  const dataset = `baseline: { dataset: s3://${bucket}/datasets/churn.csv }`;
  return text.replace(/^baseline: .*$/m, dataset);
}

/** The record that decide-retraining would have written, with the endpoint's lock. */
async function beginRun(run: string, more = SELF_HEALING): Promise<RunRecord> {
  const definition = parseMonitorFile(definitionOf(more), "monitors/churn.yml");
  const champion = await readServedModel(definition);
  const { fence } = await acquireLock({ endpoint: "churn", run }, Date.parse(AT));
  return await writeRun({
    ...{ run, endpoint: "churn", incident: "0123456789", attempt: 1, cause: "requested" },
    ...{ reason: "asked for", startedBy: "test", startedAt: AT },
    ...{ definition, definitionEtag: "etag", fence, champion },
  } as RunRecord);
}

/** Lets the next run have the endpoint, and SageMaker behave. */
afterEach(async () => {
  const lock = await readLock("churn");
  if (lock?.run) await releaseLock({ endpoint: "churn", run: lock.run, fence: lock.fence });
  await simulator("faults", {});
});

async function simulator(route: string, body: object): Promise<void> {
  const url = `${process.env.AWS_ENDPOINT_URL_SAGEMAKER}/_simulator/${route}`;
  const response = await fetch(url, { method: "POST", body: JSON.stringify(body) });
  expect(response.status).toBe(200);
}

async function jobEnd(kind: JobKind, name: string, run: string) {
  await expect.poll(() => readJobResult({ kind, name, run }), { timeout: 30_000 }).not.toBeNull();
  return await readJobResult({ kind, name, run });
}

it("goes from captures and labels to a better model in the registry", async () => {
  const run = "churn-0000000001";
  await beginRun(run);

  const prepared = await prepareTrainingSet({ run, at: AT }, CONTEXT);
  expect(prepared).toEqual({
    outcome: "prepared",
    reason: "1920 rows to learn from, 480 from 2026-01-16T07:12:00.000Z on to compare",
  });
  const files = await readAll(bucket, `training/${run}/`);
  expect(Object.keys(files).map((key) => key.slice(`training/${run}/`.length))).toEqual([
    "dataset.json",
    "holdout/inputs",
    "holdout/rows.jsonl",
    "manifest.json",
    "statistics.json",
    "train.manifest",
    "train/train.csv",
  ]);
  const dataset = JSON.parse(files[`training/${run}/dataset.json`]!);
  expect(dataset.columns).toHaveLength(69);
  const manifest = JSON.parse(files[`training/${run}/manifest.json`]!);
  expect([manifest.captures.length, manifest.labels.length]).toEqual([HOURS, HOURS]);
  expect(manifest.captures[0]).toMatchObject({ etag: expect.stringMatching(/^[0-9a-f]{32}$/) });

  const taskToken = "token";
  expect(await startTraining({ run, at: AT, taskToken, attempt: 1 }, CONTEXT)).toBeUndefined();
  expect(await findPending("training-job", `${run}-t1`)).toMatchObject({ taskToken, run });
  // A second try of the state waits for the same job with a newer token.
  await startTraining({ run, at: AT, taskToken: "newer", attempt: 1 }, CONTEXT);
  expect(await findPending("training-job", `${run}-t1`)).toMatchObject({ taskToken: "newer" });
  expect(await jobEnd("training-job", `${run}-t1`, run)).toMatchObject({ outcome: "trained" });

  await startEvaluation({ run, at: AT, taskToken }, CONTEXT);
  await startEvaluation({ run, at: AT, taskToken }, CONTEXT);
  expect(await jobEnd("transform-job", `${run}-e`, run)).toMatchObject({ outcome: "transformed" });
  const [output] = Object.entries(await readAll(bucket, `evaluations/${run}/`));
  expect(output?.[0]).toBe(`evaluations/${run}/transform/inputs.out`);
  expect(output?.[1].trimEnd().split("\n")).toHaveLength(480);

  const evaluated = await evaluateChallenger({ run, at: AT }, CONTEXT);
  expect(evaluated).toMatchObject({ outcome: "better" });
  expect(await evaluateChallenger({ run, at: AT }, CONTEXT)).toEqual(evaluated);
  const report = JSON.parse(
    (await readAll(bucket, `evaluations/${run}/report.json`))[`evaluations/${run}/report.json`]!,
  );
  expect(report).toMatchObject({ run, outcome: "better", metric: "auc", rowCount: 480 });
  expect(report.improvement.interval.lower).toBeGreaterThan(0.1);

  const registered = await registerModel({ run, at: AT }, CONTEXT);
  expect(registered).toEqual({
    outcome: "registered",
    reason: "the challenger is version 1 of group churn, which awaits approval",
    modelPackageArn: "arn:aws:sagemaker:us-east-1:000000000000:model-package/churn/1",
  });
  expect(await registerModel({ run, at: AT }, CONTEXT)).toEqual(registered);
  expect((await readRun(run)).modelPackageArn).toBe(registered.modelPackageArn);
  const version = await new SageMakerClient({}).send(
    new DescribeModelPackageCommand({ ModelPackageName: registered.modelPackageArn }),
  );
  const statistics = `s3://${bucket}/baselines/churn/${run}/statistics.json`;
  expect(version).toMatchObject({
    ModelApprovalStatus: "PendingManualApproval",
    CustomerMetadataProperties: { run, trainedBy: `${run}-t1`, metric: "auc" },
    DriftCheckBaselines: { ModelDataQuality: { Statistics: { S3Uri: statistics } } },
  });
  const baseline = await readBaseline(`s3://${bucket}/baselines/churn/${run}/`);
  const names = baseline.constraints.features.map(({ name }) => name);
  expect([names.length, names[0], names[1]]).toEqual([70, "probability", "Account Length"]);
  const minutes = baseline.statistics.features.find(({ name }) => name === "Day Mins");
  expect(minutes?.numerical_statistics?.mean).toBeGreaterThan(60 * 150);

  const steps = (await readAudit(run)).map(({ step, decision }) => `${step}: ${decision}`);
  expect(steps.sort()).toEqual([
    "evaluate-challenger: better",
    "prepare-training-set: prepared",
    "register-model: registered",
    "start-evaluation: evaluate",
    "start-training.1: train",
  ]);
});

describe("a run", () => {
  const task = { at: AT, taskToken: "token", attempt: 1 };

  it("has no data where too few rows are labelled, and keeps that word", async () => {
    const run = "churn-0000000002";
    await beginRun(run, SELF_HEALING.replace("minimumRows: 500", "minimumRows: 5000"));
    const prepared = await prepareTrainingSet({ run, at: AT }, CONTEXT);
    expect(prepared).toEqual({
      outcome: "no-data",
      reason: "2400 labelled rows: at least 5000 are needed",
    });
    expect(await prepareTrainingSet({ run, at: AT }, CONTEXT)).toEqual(prepared);
    expect(await readAll(bucket, `training/${run}/`)).toEqual({});
  });

  it("trains on demand when no spot capacity comes, and a worse model stays unregistered", async () => {
    const run = "churn-0000000003";
    await beginRun(run);
    await prepareTrainingSet({ run, at: AT }, CONTEXT);
    await simulator("faults", { unavailableSpotCount: 1 });
    await startTraining({ run, ...task }, CONTEXT);
    const waited = { outcome: "no-capacity", reason: "no spot capacity within maxWait" };
    expect(await jobEnd("training-job", `${run}-t1`, run)).toEqual(waited);
    await simulator("faults", { worseTrainingCount: 1 });
    await startTraining({ run, ...task, attempt: 2 }, CONTEXT);
    expect(await jobEnd("training-job", `${run}-t2`, run)).toMatchObject({ outcome: "trained" });
    await startEvaluation({ run, ...task }, CONTEXT);
    await jobEnd("transform-job", `${run}-e`, run);
    const evaluated = await evaluateChallenger({ run, at: AT }, CONTEXT);
    expect(evaluated).toMatchObject({
      outcome: "not-better",
      reason: expect.stringMatching(/^auc 0\.\d+ against 0\.\d+, worse by /),
    });
    const [started] = (await readAudit(run)).filter(({ step }) => step === "start-evaluation");
    expect(started?.seen["trainingJob"]).toBe(`${run}-t2`);
  });

  it("refuses a challenger that answers in another form than the champion", async () => {
    const run = "churn-0000000004";
    await beginRun(run);
    await prepareTrainingSet({ run, at: AT }, CONTEXT);
    await simulator("faults", { otherSchemaTrainingCount: 1 });
    await startTraining({ run, ...task }, CONTEXT);
    await jobEnd("training-job", `${run}-t1`, run);
    await startEvaluation({ run, ...task }, CONTEXT);
    await jobEnd("transform-job", `${run}-e`, run);
    expect(await evaluateChallenger({ run, at: AT }, CONTEXT)).toMatchObject({
      outcome: "invalid-output",
    });
  });

  it("trains by a pipeline, whose model is evaluated and registered", async () => {
    const run = "churn-0000000005";
    await createTrainingPipeline("churn-training", { image: IMAGE, roleArn: ROLE });
    const job = "trainingJob: { image: logistic-regression, role: training }";
    await beginRun(run, SELF_HEALING.replace(job, "pipeline: { name: churn-training }"));
    await prepareTrainingSet({ run, at: AT }, CONTEXT);
    await startTraining({ run, ...task }, CONTEXT);
    const pending = (await listPending()).find((waiting) => waiting.run === run)!;
    expect(pending.kind).toBe("pipeline-execution");
    expect(await jobEnd("pipeline-execution", pending.name, run)).toMatchObject({
      outcome: "trained",
    });
    await startEvaluation({ run, ...task }, CONTEXT);
    await jobEnd("transform-job", `${run}-e`, run);
    expect(await evaluateChallenger({ run, at: AT }, CONTEXT)).toMatchObject({ outcome: "better" });
    const { modelPackageArn } = await registerModel({ run, at: AT }, CONTEXT);
    const command = new DescribeModelPackageCommand({ ModelPackageName: modelPackageArn });
    expect(await new SageMakerClient({}).send(command)).toMatchObject({
      MetadataProperties: { GeneratedBy: pending.name },
    });
  });
});

it("tries a change of the definition in the simulator, and changes nothing", async () => {
  const file = join(await temporaryFolder(), "churn.yml");
  await writeFile(
    file,
    definitionOf(`${SELF_HEALING}evaluation: { slices: [{ feature: CustServ Calls }] }\n`),
  );
  const before = await readAll(bucket, "");
  const tried = await tryRetraining("churn", AT, file);
  expect(tried).toMatchObject({
    untrained: null,
    dataset: { counts: { trainRowCount: 1920, holdoutRowCount: 480 } },
    evaluation: { outcome: "better", metric: "auc" },
  });
  const summary = summarizeTrial(tried);
  expect(summary).toMatch(/^better: auc 0\.\d+ against 0\.\d+, better by 0\.\d+ \(95 % interval/);
  expect(summary).toContain("CustServ Calls = 4: inconclusive: 20 rows: at least 50 are needed");
  expect(await readAll(bucket, "")).toEqual(before);
});
