import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DescribeModelPackageCommand, SageMakerClient } from "@aws-sdk/client-sagemaker";
import { afterAll, beforeAll, expect, it } from "vitest";
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
import { acquireLock } from "../../shared/aws/self-healing/endpoint-lock.ts";
import { findPending } from "../../shared/aws/self-healing/pending-tasks.ts";
import { readRun, writeRun } from "../../shared/aws/self-healing/runs.ts";
import { type JobKind, readJobResult } from "../../shared/aws/training/job-results.ts";
import { parseMonitorFile } from "../../shared/contracts/monitor-file.ts";
import type { RunRecord } from "../../shared/contracts/self-healing/run.ts";
import { HOUR_MILLIS } from "../../shared/window/window.ts";
import { temporaryFolder } from "../cli/temporary-folder.ts";
import { definitionText } from "../shared/window/sample-definition.ts";
import { openChurn, writeHistory } from "./captured-churn.ts";
import { CONTEXT, freshStage, openStage, readAll, type Stage } from "./stage.ts";

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
    PLUMBLINE_JOIN_BYTES: "1000000",
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
  if (run.endsWith("1")) {
    await openChurn(bucket, definition);
    await writeHistory({
      ...{ bucket, definition, hours: HOURS, rowsPerHour: 100 },
      fromMillis: Date.parse(AT) - HOURS * HOUR_MILLIS,
      changes: [{ kind: "scaled", feature: "Day Mins", factor: 60 }],
    });
  }
  const champion = await readServedModel(definition);
  const { fence } = await acquireLock({ endpoint: "churn", run }, Date.parse(AT));
  return await writeRun({
    ...{ run, endpoint: "churn", incident: "0123456789", attempt: 1, cause: "requested" },
    ...{ reason: "asked for", startedBy: "test", startedAt: AT },
    ...{ definition, definitionEtag: "etag", fence, champion },
  } as RunRecord);
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
