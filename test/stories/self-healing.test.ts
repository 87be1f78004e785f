import { SFNClient, StopExecutionCommand } from "@aws-sdk/client-sfn";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listRuns, readRun } from "../../shared/aws/self-healing/runs.ts";
import {
  answer,
  bakeStep,
  raiseAlarm,
  runEnd,
  waitsFor,
  withTimeouts,
} from "./self-healing-runs.ts";
import {
  eventually,
  type HealingStage,
  openHealing,
  openPatient,
  type Patient,
  plumbline,
  setFaults,
  startRetraining,
  sweepAt,
} from "./self-healing-stage.ts";

let stage: HealingStage;
beforeAll(async () => {
  stage = await openHealing();
});
afterAll(() => stage.close());

const DAY_MILLIS = 86_400_000;
const UNTOUCHED = {
  execution: "SUCCEEDED",
  serves: "champion",
  captures: true,
  left: [],
};

/** Opens an endpoint, with which SageMaker is awkward in a way, and starts a run for it. */
async function begin(patient: Patient, faults: object = {}): Promise<string> {
  await openPatient(stage, patient);
  await setFaults(stage, patient.endpoint, faults);
  return await startRetraining(patient.endpoint);
}

describe.concurrent("a run", () => {
  it("ends when there is too little to learn from", async () => {
    const data = "minimumRows: 500, minimumRowsPerClass: 100000";
    await openPatient(stage, { endpoint: "few-rows", data });
    const { start } = JSON.parse(await plumbline(stage, "retrain", "few-rows", "--json"));
    const end = await runEnd(start.run);
    expect(end).toMatchObject({ ...UNTOUCHED, outcome: "no-data" });
  });

  it.for([
    ["a training job that fails", "failing", { failedTrainingCount: 1 }, "training-failed"],
    ["no capacity at all", "no-capacity", { capacityErrorCount: 2 }, "training-failed"],
    ["a holdout without answers", "silent", { failedTransformCount: 1 }, "evaluation-failed"],
    ["a model of another shape", "reshaped", { otherSchemaTrainingCount: 1 }, "evaluation-failed"],
    ["a model that is worse", "worse", { worseTrainingCount: 1 }, "not-better"],
  ] as const)("keeps the champion after %s", async ([, endpoint, faults, outcome]) => {
    const end = await runEnd(await begin({ endpoint }, faults));
    expect(end).toMatchObject({ ...UNTOUCHED, outcome });
  });

  it("promotes a better model step by step", async () => {
    const run = await begin({
      ...{ endpoint: "healed", rollout: "steps: [20, 50, 100]", approval: "required: true" },
    });
    await answer(run, "approved");
    await bakeStep(stage, run);
    await bakeStep(stage, run, { step: 1 });
    const end = await runEnd(run);
    expect(end).toMatchObject({ ...UNTOUCHED, outcome: "promoted", serves: "challenger" });
    const told = await plumbline(stage, "explain", run);
    expect(told).toMatch(
      /: better, by evaluate-challenger\n +auc 0\.\d+ against 0\.\d+, better by /,
    );
    expect(told).toMatch(/: approved, by ana\n/);
    expect(told).toMatch(
      / +from: s3:\/\/plumbline-local\/training\/.*manifest\.json \(sha256:[0-9a-f]{64}\)/,
    );
    expect(told).not.toMatch(/taskToken/);
  });

  it("tidies up after a promotion, though the endpoint went back twice", async () => {
    const run = await begin({ endpoint: "untidy" });
    await waitsFor(run, "bake");
    await setFaults(stage, "untidy", { rolledBackUpdateCount: 2 });
    await bakeStep(stage, run);
    const end = await runEnd(run);
    expect(end).toMatchObject({ ...UNTOUCHED, outcome: "promoted", serves: "challenger" });
  });

  it("takes a model back that fails when it is tried", async () => {
    const run = await begin({ endpoint: "erring" }, { erroringTrainingCount: 1 });
    const end = await runEnd(run);
    expect(end).toMatchObject({ ...UNTOUCHED, outcome: "rolled-back" });
    expect(end.decisions).toContain("test-candidate: refused");
  });

  it("takes a model back that nobody could judge", async () => {
    const rollout = "steps: [50, 100], holdFor: PT1M";
    const run = await begin({ endpoint: "quiet", rollout });
    await bakeStep(stage, run, { requestCount: 20 });
    const end = await runEnd(run);
    expect(end).toMatchObject({ ...UNTOUCHED, outcome: "rolled-back" });
    expect(end.decisions).toContain("judge-canary.bake.0: roll-back");
  });

  it("is rolled back when Step Functions is stopped", async () => {
    const run = await begin({ endpoint: "stopped" });
    await waitsFor(run, "bake");
    const { executionArn } = await readRun(run);
    await new SFNClient({}).send(new StopExecutionCommand({ executionArn }));
    const end = await runEnd(run);
    expect(end).toMatchObject({ ...UNTOUCHED, execution: "ABORTED", outcome: "rolled-back" });
  });

  it("trains on demand when spot capacity never comes", async () => {
    const faults = { unavailableSpotCount: 1, worseTrainingCount: 1 };
    const run = await begin({ endpoint: "late-spot" }, faults);
    const end = await runEnd(run);
    expect(end).toMatchObject({ ...UNTOUCHED, outcome: "not-better" });
    expect(end.decisions).toContain("start-training.2: train");
  });

  it("shadows the champion before its model gets traffic", async () => {
    const rollout = "strategy: shadow, steps: [50, 100]";
    const run = await begin({ endpoint: "shadowed", rollout });
    await bakeStep(stage, run, { action: "bake-shadow" });
    await bakeStep(stage, run);
    const end = await runEnd(run);
    expect(end).toMatchObject({ ...UNTOUCHED, outcome: "promoted", serves: "challenger" });
    expect(end.decisions).toContain("judge-canary.bake-shadow.0: promote");
  });

  it("lets SageMaker guard the deployment", async () => {
    const rollout = "strategy: guardrail, steps: [50, 100]";
    const run = await begin({ endpoint: "guarded", instanceCount: 2, rollout });
    const end = await runEnd(run);
    expect(end).toMatchObject({ ...UNTOUCHED, outcome: "promoted", serves: "challenger" });
  });

  it("is left alone when a person rejects its model", async () => {
    const run = await begin({ endpoint: "unwanted", approval: "required: true" });
    await answer(run, "rejected");
    const end = await runEnd(run);
    expect(end).toMatchObject({ ...UNTOUCHED, outcome: "rejected" });
    expect(end.reason).toMatch("rejected by ana");
  });

  it("is started by an alarm of lost quality", async () => {
    const data = "minimumRows: 500, minimumRowsPerClass: 100000";
    await openPatient(stage, { endpoint: "alarmed", data });
    await raiseAlarm("plumbline-local.alarmed.model-quality");
    const { run } = await eventually("its run", async () => (await listRuns("alarmed", ""))[0]);
    expect(await runEnd(run)).toMatchObject({ ...UNTOUCHED, outcome: "no-data" });
    const { cause, startedBy } = await readRun(run);
    expect({ cause, startedBy }).toEqual({ cause: "quality-loss", startedBy: "decide-retraining" });
  });
});

describe("a run that waits for approval", () => {
  const runs = new Map<string, string>();
  beforeAll(async () => {
    const endpoints = ["reverted", "broken", "forgotten"];
    const approved = { approval: "required: true, expiresAfter: P1D" };
    const begun = endpoints.map((endpoint) => begin({ endpoint, ...approved }));
    for (const [index, run] of (await Promise.all(begun)).entries()) {
      await waitsFor(run, "approval");
      runs.set(endpoints[index]!, run);
    }
  });

  it("goes back when the endpoint took the model and silently let it go", async () => {
    const run = runs.get("reverted")!;
    await setFaults(stage, "reverted", { rolledBackUpdateCount: 1 });
    await answer(run, "approved");
    const end = await runEnd(run);
    expect(end).toMatchObject({ ...UNTOUCHED, outcome: "rolled-back" });
    expect(end.reason).toMatch("it went back to");
  });

  it("fails when the endpoint breaks, which no call repairs", async () => {
    const run = runs.get("broken")!;
    await setFaults(stage, "broken", { failedDeploymentCount: 1 });
    await answer(run, "approved");
    const end = await runEnd(run);
    expect(end).toMatchObject({ execution: "FAILED", outcome: "failed", left: [] });
  });

  it("ends when nobody answers in time", async () => {
    const run = runs.get("forgotten")!;
    await sweepAt(Date.now() + 2 * DAY_MILLIS);
    expect(await runEnd(run)).toMatchObject({ ...UNTOUCHED, outcome: "expired" });
  });
});

describe("a state that takes too long", () => {
  it("keeps the champion, or brings it back", async () => {
    await withTimeouts({ RequestApproval: 1, Bake: 1 }, async () => {
      const [unanswered, unjudged] = await Promise.all([
        begin({ endpoint: "unanswered", approval: "required: true" }),
        begin({ endpoint: "unjudged" }),
      ]);
      const kept = await runEnd(unanswered);
      expect(kept).toMatchObject({ ...UNTOUCHED, outcome: "failed" });
      expect(kept.reason).toMatch(/^RequestApproval: States.Timeout/);
      const back = await runEnd(unjudged);
      expect(back).toMatchObject({ ...UNTOUCHED, outcome: "rolled-back" });
      expect(back.reason).toMatch(/^Bake: States.Timeout/);
    });
  });
});
