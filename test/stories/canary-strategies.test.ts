import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { numbersOf, readTrainingRows } from "../../local/churn/churn-rows.ts";
import { trainLogisticRegression } from "../../local/logistic-regression/train.ts";
import { readDeployments } from "../../shared/aws/deployments.ts";
import { readRun } from "../../shared/aws/self-healing/runs.ts";
import { approvedRun } from "./approved-run.ts";
import {
  beginBake,
  canaryFailed,
  expectChampionAlone,
  judgeAfter,
  openCanaryStage,
  rollBack,
  runTask,
  scaleTo,
  sendTraffic,
  settledEndpoint,
  weightsOf,
  writeLabels,
} from "./canary-stage.ts";
import { freshStage } from "./stage.ts";

vi.hoisted(() => {
  process.env.POWERTOOLS_LOG_LEVEL = "SILENT";
});

let stage: Awaited<ReturnType<typeof openCanaryStage>>;
let bucket: string;
beforeAll(async () => {
  stage = await openCanaryStage();
  bucket = await freshStage();
  Object.assign(process.env, {
    PLUMBLINE_TRAINING_IMAGES: "logistic-regression=plumbline/logistic-regression:1",
    PLUMBLINE_TRAINING_ROLES: "training=arn:aws:iam::000000000000:role/training",
    PLUMBLINE_STATE_MACHINE_ARN: "arn:aws:states:us-east-1:000000000000:stateMachine:runs",
  });
});
afterAll(() => stage.close());

describe("a challenger that shadows the champion first", () => {
  it("answers nobody until it has shown to be no worse", async () => {
    // A laptop's microseconds of latency are no measure of a twin: twice as slow is tolerated.
    const rollout =
      "{ strategy: shadow, bake: PT5M, minimumSamples: 100, tolerated: { latencyPercent: 100 } }";
    const plan = { bucket, endpoint: "shadowed", rollout };
    const { run } = await approvedRun(plan);
    await sendTraffic(plan, 300);
    expect(await runTask(run, "add-shadow")).toMatchObject({ outcome: "applied" });
    expect(await weightsOf("shadowed")).toEqual({ AllTraffic: 1 });
    await beginBake(run, 0, "bake-shadow");
    await sendTraffic(plan, 300);
    const said = await judgeAfter(6, run, "bake-shadow.0");
    expect(said).toMatchObject({ decision: "promote", seen: { "errors.candidateSamples": 300 } });
    expect(await runTask(run, "add-candidate")).toMatchObject({ outcome: "applied" });
    const { candidate } = await readRun(run);
    expect(await weightsOf("shadowed")).toEqual({ AllTraffic: 1, [candidate!.variant]: 0 });
    expect(await runTask(run, "test-candidate")).toMatchObject({ outcome: "served" });
    await rollBack(canaryFailed(run, "told to"), "shadowed");
    await expectChampionAlone("shadowed");
  });
});

describe("a split that labels decide", () => {
  it("goes back to the champion when its labels are better", async () => {
    const { features, rows } = readTrainingRows();
    const model = trainLogisticRegression({
      ...{ features, rows: rows.map(numbersOf), labels: rows.map(({ label }) => 1 - label) },
    });
    const rollout =
      "{ strategy: ab, steps: [50, 100], bake: PT1H, tolerated: { predictionDistance: 1 } }";
    const plan = { bucket, endpoint: "split", rollout, model };
    const { run } = await approvedRun(plan);
    await runTask(run, "add-candidate");
    await runTask(run, "shift-traffic", { step: 0 });
    await beginBake(run);
    // Until labels come nothing is known.
    let labels = await sendTraffic(plan, 400);
    let said = await judgeAfter(70, run);
    expect(said).toBeNull();
    for (let round = 0; round < 6 && said === null; round++) {
      await writeLabels(plan, labels);
      labels = await sendTraffic(plan, 400);
      said = await judgeAfter(5, run);
    }
    expect(said).toMatchObject({ decision: "roll-back", seen: { "labels.outcome": "harm" } });
    expect(said?.inputs.map(({ key }) => key)).toContain(
      `s3://${bucket}/evaluations/${run}/canary/bake-labels-2.json`,
    );
  });
});

describe("a deployment that SageMaker guards", () => {
  const rollout = "{ strategy: guardrail, steps: [25, 100], bake: PT10M }";
  const guarded = async (endpoint: string, behaviour = {}) => {
    const plan = { bucket, endpoint, rollout, behaviour };
    const { run } = await approvedRun(plan);
    await scaleTo(endpoint, 4);
    return { plan, run };
  };

  it("promotes what raises no alarm", async () => {
    const { run } = await guarded("guarded");
    expect(await runTask(run, "deploy-guarded", { minutes: 60 })).toMatchObject({
      outcome: "applied",
    });
    expect(await runTask(run, "record-deployment")).toMatchObject({ outcome: "applied" });
    expect(await runTask(run, "clean-up")).toMatchObject({ outcome: "applied" });
    expect((await settledEndpoint("guarded")).EndpointConfigName).toBe(`${run}-guarded`);
    const [before, now] = await readDeployments("guarded");
    expect([before?.to, now?.variant, now?.run]).toEqual([now?.from, "AllTraffic", run]);
  });

  it("needs half a fleet at least", async () => {
    const plan = { bucket, endpoint: "single", rollout };
    const { run } = await approvedRun(plan);
    expect(await runTask(run, "deploy-guarded")).toEqual({
      outcome: "broken",
      reason: expect.stringContaining("1 instance: at least 2 are needed"),
    });
  });
});
