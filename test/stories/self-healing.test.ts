import { SFNClient, StopExecutionCommand } from "@aws-sdk/client-sfn";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readRun } from "../../shared/aws/self-healing/runs.ts";
import { bakeStep, runEnd, trainingBegins, waitsFor } from "./self-healing-runs.ts";
import {
  type HealingStage,
  openHealing,
  openPatient,
  type Patient,
  startRetraining,
  withFaults,
} from "./self-healing-stage.ts";

let stage: HealingStage;
beforeAll(async () => {
  stage = await openHealing();
});
afterAll(() => stage.close());

const UNTOUCHED = {
  execution: "SUCCEEDED",
  serves: "champion",
  captures: true,
  left: [],
};

/** Opens an endpoint, lets a training of it go wrong, and follows the run to its end. */
async function faulty(endpoint: string, faults: object, attempt: 1 | 2 = 1): Promise<string> {
  await openPatient(stage, { endpoint });
  return await withFaults(stage, faults, async () => {
    const run = await startRetraining(endpoint);
    await trainingBegins(run, attempt);
    return run;
  });
}

async function healing(patient: Patient): Promise<string> {
  await openPatient(stage, patient);
  return await withFaults(stage, {}, async () => {
    const run = await startRetraining(patient.endpoint);
    await trainingBegins(run, 1);
    return run;
  });
}

describe.concurrent("a run", () => {
  it("ends when there is too little to learn from", async () => {
    const data = "minimumRows: 500, minimumRowsPerClass: 100000";
    await openPatient(stage, { endpoint: "few-rows", data });
    const end = await runEnd(await startRetraining("few-rows"));
    expect(end).toMatchObject({ ...UNTOUCHED, outcome: "no-data" });
  });

  it.for([
    ["a training job that fails", "failing", { failedTrainingCount: 1 }, 1, "training-failed"],
    ["no capacity at all", "no-capacity", { capacityErrorCount: 2 }, 2, "training-failed"],
    [
      "a model of another shape",
      "reshaped",
      { otherSchemaTrainingCount: 1 },
      1,
      "evaluation-failed",
    ],
    ["a model that is worse", "worse", { worseTrainingCount: 1 }, 1, "not-better"],
  ] as const)("keeps the champion after %s", async ([, endpoint, faults, attempt, outcome]) => {
    const end = await runEnd(await faulty(endpoint, faults, attempt));
    expect(end).toMatchObject({ ...UNTOUCHED, outcome });
  });

  it("promotes a better model step by step", async () => {
    const run = await healing({ endpoint: "healed", rollout: "steps: [20, 50, 100]" });
    await bakeStep(stage, run, 0);
    await bakeStep(stage, run, 1);
    const end = await runEnd(run);
    expect(end).toMatchObject({ ...UNTOUCHED, outcome: "promoted", serves: "challenger" });
  });

  it("tidies up after a promotion, though the endpoint went back twice", async () => {
    const run = await healing({ endpoint: "untidy" });
    await waitsFor(run, "bake");
    await withFaults(stage, { rolledBackUpdateCount: 2 }, async () => {
      await bakeStep(stage, run);
      const end = await runEnd(run);
      expect(end).toMatchObject({ ...UNTOUCHED, outcome: "promoted", serves: "challenger" });
    });
  });

  it("takes a model back that fails when it is tried", async () => {
    const run = await faulty("erring", { erroringTrainingCount: 1 });
    const end = await runEnd(run);
    expect(end).toMatchObject({ ...UNTOUCHED, outcome: "rolled-back" });
    expect(end.decisions).toContain("test-candidate: refused");
  });

  it("takes a model back that nobody could judge", async () => {
    const rollout = "steps: [50, 100], holdFor: PT1M";
    const run = await healing({ endpoint: "quiet", rollout });
    await bakeStep(stage, run, 0, 20);
    const end = await runEnd(run);
    expect(end).toMatchObject({ ...UNTOUCHED, outcome: "rolled-back" });
    expect(end.decisions).toContain("judge-canary.bake.0: roll-back");
  });

  it("is rolled back when Step Functions is stopped", async () => {
    const run = await healing({ endpoint: "stopped" });
    await waitsFor(run, "bake");
    const { executionArn } = await readRun(run);
    await new SFNClient({}).send(new StopExecutionCommand({ executionArn }));
    const end = await runEnd(run);
    expect(end).toMatchObject({ ...UNTOUCHED, execution: "ABORTED", outcome: "rolled-back" });
  });
});
