import {
  CreateStateMachineCommand,
  SFNClient,
  StartExecutionCommand,
  StopExecutionCommand,
} from "@aws-sdk/client-sfn";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { readDeployments } from "../../shared/aws/deployments.ts";
import { registerMonitor } from "../../shared/aws/registration.ts";
import { readAudit, readDecision } from "../../shared/aws/self-healing/audit.ts";
import { concludeRun } from "../../shared/aws/self-healing/conclude-run.ts";
import { readLock } from "../../shared/aws/self-healing/endpoint-lock.ts";
import { readRun } from "../../shared/aws/self-healing/runs.ts";
import { AT, approvedRun, scaleAutomatically, scalingOf } from "./approved-run.ts";
import {
  baking,
  beginBake,
  canaryFailed,
  endpointResult,
  expectChampionAlone,
  judgeAfter,
  openCanaryStage,
  rollBack,
  runTask,
  sendTraffic,
  setFaults,
  settledEndpoint,
  weightsOf,
} from "./canary-stage.ts";
import { freshStage } from "./stage.ts";

vi.hoisted(() => {
  process.env.POWERTOOLS_LOG_LEVEL = "SILENT";
});

// A laptop's microseconds of latency are no measure of a twin: twice as slow is tolerated.
const ROLLOUT =
  "{ steps: [50, 100], bake: PT5M, minimumSamples: 100, tolerated: { latencyPercent: 100 } }";
const STATE_MACHINE = "arn:aws:states:us-east-1:000000000000:stateMachine:runs";

let stage: Awaited<ReturnType<typeof openCanaryStage>>;
let bucket: string;
beforeAll(async () => {
  stage = await openCanaryStage();
  bucket = await freshStage();
  Object.assign(process.env, {
    PLUMBLINE_TRAINING_IMAGES: "logistic-regression=plumbline/logistic-regression:1",
    PLUMBLINE_TRAINING_ROLES: "training=arn:aws:iam::000000000000:role/training",
    PLUMBLINE_STATE_MACHINE_ARN: STATE_MACHINE,
  });
});
afterAll(() => stage.close());

describe("a challenger like the champion", () => {
  it("is added, tested, judged and promoted", async () => {
    const plan = { bucket, endpoint: "twin", rollout: ROLLOUT };
    const run = await baking(plan);
    const { candidate, modelPackageArn } = await readRun(run);
    await scaleAutomatically("twin", "AllTraffic");
    await sendTraffic(plan, 800);
    expect(await judgeAfter(1, run)).toBeNull();
    const said = await judgeAfter(10, run);
    expect(said).toMatchObject({
      decision: "promote",
      seen: { code: "cleared", "errors.outcome": "cleared", "predictions.outcome": "cleared" },
    });
    expect(await runTask(run, "scale-candidate")).toMatchObject({ outcome: "applied" });
    expect(await runTask(run, "shift-traffic")).toMatchObject({ outcome: "applied" });
    expect(await weightsOf("twin")).toEqual({ AllTraffic: 0, [candidate!.variant]: 1 });
    expect(await runTask(run, "record-deployment")).toMatchObject({ outcome: "applied" });
    expect(await runTask(run, "clean-up")).toMatchObject({ outcome: "applied" });
    expect(await weightsOf("twin")).toEqual({ [candidate!.variant]: 1 });
    expect(await settledEndpoint("twin")).toMatchObject({
      EndpointConfigName: `${run}-final`,
      DataCaptureConfig: { EnableCapture: true, CaptureStatus: "Started" },
    });
    const [before, now] = await readDeployments("twin");
    expect(before).toMatchObject({ variant: "AllTraffic", to: expect.any(String) });
    expect(now).toMatchObject({ run, baseline: `s3://${bucket}/baselines/twin/${run}/` });
    expect(now?.to).toBeUndefined();
    // The limits and the policy went along; a variant that is gone does not scale.
    expect(await scalingOf("twin")).toEqual([
      { ResourceId: `endpoint/twin/variant/${candidate!.variant}`, MinCapacity: 1, MaxCapacity: 4 },
    ]);
    expect((await readAudit(run)).map(({ step }) => step).sort()).toEqual([
      "judge-canary.bake.0",
      "record-deployment",
      "test-candidate",
    ]);

    // Rejected in the registry after all, while it serves: the one before serves again.
    await concludeRun(await readRun(run), { outcome: "promoted", reason: "", at: AT }, "test");
    await registerMonitor("twin");
    await rollBack(
      {
        ...{ id: "event", source: "plumbline.sagemaker", time: new Date().toISOString() },
        "detail-type": "SageMaker Model Package State Change",
        detail: { ModelPackageArn: modelPackageArn, ModelApprovalStatus: "Rejected" },
      },
      "twin",
    );
    await expectChampionAlone("twin");
    expect((await scalingOf("twin")).map(({ ResourceId }) => ResourceId)).toEqual([
      "endpoint/twin/variant/AllTraffic",
    ]);
    expect((await readLock("twin"))?.run).toBeNull();
  });
});

describe("a challenger that does harm", () => {
  it.each([
    { endpoint: "erring", behaviour: { errorFraction: 0.4 }, gate: "errors" },
    { endpoint: "slow", behaviour: { addedLatencyMillis: 400 }, gate: "latency" },
  ])("is rolled back: $endpoint", async ({ endpoint, behaviour, gate }) => {
    const plan = { bucket, endpoint, rollout: ROLLOUT, behaviour };
    const { run } = await approvedRun(plan);
    await sendTraffic(plan, 300);
    await runTask(run, "add-candidate");
    await runTask(run, "shift-traffic", { step: 0 });
    await beginBake(run);
    // It does not wait for the end of the bake.
    let said = null;
    for (let look = 0; look < 4 && said === null; look++) {
      await sendTraffic(plan, 200);
      said = await judgeAfter(1, run);
    }
    expect(said).toMatchObject({ decision: "roll-back", seen: { [`${gate}.outcome`]: "harm" } });
    const configName = await rollBack(canaryFailed(run, said!.reason), endpoint);
    expect(configName).toBe((await readRun(run)).champion.endpointConfigName);
    await expectChampionAlone(endpoint);
    expect(await readDecision(run, "roll-back")).toMatchObject({
      reason: expect.stringContaining("the champion carries all traffic since"),
    });
  });

  it("is refused before any traffic when it answers in another shape", async () => {
    const plan = {
      bucket,
      endpoint: "reshaped",
      rollout: ROLLOUT,
      behaviour: { otherSchema: true },
    };
    const { run } = await approvedRun(plan);
    await runTask(run, "add-candidate");
    expect(await runTask(run, "test-candidate")).toEqual({
      outcome: "refused",
      reason:
        "test request 1 of 20: the candidate answers 1 rows of 2 columns, " +
        "the champion 1 rows of 1 columns",
    });
    await rollBack(canaryFailed(run, "refused"), "reshaped");
    await expectChampionAlone("reshaped");
  });
});

describe("an update that SageMaker takes back without a word", () => {
  it("is not taken for the candidate being there", async () => {
    const plan = { bucket, endpoint: "taken-back", rollout: ROLLOUT };
    const { run, champion } = await approvedRun(plan);
    await setFaults({ rolledBackUpdateCount: 1 });
    expect(await runTask(run, "add-candidate")).toEqual({
      outcome: "rolled-back",
      reason:
        `endpoint "taken-back": it went back to "${champion.endpointConfigName}": ` +
        "SageMaker gave no reason",
    });
    await setFaults();
    await rollBack(canaryFailed(run, "taken back"), "taken-back");
    await expectChampionAlone("taken-back");
  });

  it("is waited for as long as reads are old", async () => {
    const plan = { bucket, endpoint: "old-reads", rollout: ROLLOUT };
    const { run } = await approvedRun(plan);
    await setFaults({ staleReadMillis: 1500 });
    expect(await runTask(run, "add-candidate")).toMatchObject({ outcome: "applied" });
    await setFaults();
    expect(await endpointResult(run)).toMatchObject({ outcome: "applied" });
  });
});

describe("a run whose execution is stopped", () => {
  it("is rolled back and brought to its end without it", async () => {
    const plan = { bucket, endpoint: "stopped", rollout: ROLLOUT };
    const states = new SFNClient({});
    await states.send(
      new CreateStateMachineCommand({
        name: "runs",
        roleArn: "arn:aws:iam::000000000000:role/runs",
        definition: JSON.stringify({
          StartAt: "Bake",
          States: { Bake: { Type: "Wait", Seconds: 3600, End: true } },
        }),
      }),
    );
    const run = await baking(plan);
    const { executionArn } = await states.send(
      new StartExecutionCommand({ stateMachineArn: STATE_MACHINE, name: run }),
    );
    await states.send(new StopExecutionCommand({ executionArn: executionArn! }));
    await rollBack(
      {
        ...{ id: "event", source: "aws.states", time: new Date().toISOString() },
        "detail-type": "Step Functions Execution Status Change",
        detail: { name: run, status: "ABORTED", executionArn },
      },
      "stopped",
    );
    await expectChampionAlone("stopped");
    expect((await readRun(run)).ended).toMatchObject({
      outcome: "rolled-back",
      reason: expect.stringContaining("execution ABORTED"),
    });
    expect((await readLock("stopped"))?.run).toBeNull();
  });
});
