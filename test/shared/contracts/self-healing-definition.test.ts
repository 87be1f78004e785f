import { describe, expect, it } from "vitest";
import { parseMonitorFile } from "../../../shared/contracts/monitor-file.ts";
import { MonitoringError } from "../../../shared/contracts/monitoring-error.ts";
import { definitionText } from "../window/sample-definition.ts";

const JOB = "trainingJob: { image: xgboost, role: training }";
const read = (more: string) => parseMonitorFile(definitionText({ more }), "churn.yml");

const refusal = (more: string): string => {
  try {
    read(more);
  } catch (error) {
    if (error instanceof MonitoringError) return error.message;
    throw error;
  }
  return "accepted";
};

describe("retraining in a monitor definition", () => {
  it("fills in what it leaves open", () => {
    expect(read(`retraining: { ${JOB} }\n`).retraining).toEqual({
      mode: "automatic",
      cooldown: "P1D",
      runsPerMonth: 4,
      data: {
        window: "P30D",
        holdout: 0.2,
        minimumRows: 1000,
        minimumRowsPerClass: 50,
        format: "csv",
      },
      trainingJob: {
        image: "xgboost",
        role: "training",
        instance: "ml.m5.xlarge",
        instanceCount: 1,
        volumeSizeGb: 30,
        spot: true,
        maxRuntime: "PT1H",
        inputMode: "FastFile",
        hyperparameters: {},
        tags: {},
        checkpoints: false,
      },
    });
  });

  it("takes a pipeline, and nothing at all where it is off", () => {
    const { retraining } = read("retraining: { pipeline: { name: churn-retraining } }\n");
    expect(retraining?.pipeline).toEqual({ name: "churn-retraining", parameters: {} });
    expect(read("retraining: { mode: off }\n").retraining?.mode).toBe("off");
    expect(read("").retraining).toBeUndefined();
  });

  it("takes literal roles and images, and hyperparameters as people write them", () => {
    const image = "683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-xgboost:1.7-1";
    const role = "arn:aws:iam::123456789012:role/plumbline-training";
    const job = `image: "${image}", role: "${role}", hyperparameters: { max_depth: 5, silent: true }`;
    const { retraining } = read(`retraining: { trainingJob: { ${job} } }\n`);
    expect(retraining?.trainingJob).toMatchObject({
      image,
      role,
      hyperparameters: { max_depth: 5, silent: true },
    });
  });

  it.each([
    ["retraining: { mode: automatic }", "must have trainingJob or pipeline, unless mode is off"],
    [
      `retraining: { ${JOB}, pipeline: { name: p } }`,
      "must have trainingJob or pipeline, not both",
    ],
    [`retraining: { ${JOB}, cooldown: 1d }`, 'cooldown: "1d": must be a whole number of minutes'],
    [`retraining: { ${JOB}, cooldown: P91D }`, '"P91D": must be at most 90 days'],
    [`retraining: { ${JOB}, data: { holdout: 1 } }`, "data.holdout: 1: must be in (0, 1)"],
    [`retraining: { ${JOB}, data: { window: PT30M } }`, "must be a whole number of hours"],
    [`retraining: { ${JOB}, packageGroup: a_b }`, "as SageMaker names model package groups"],
    [
      "retraining: { trainingJob: { image: xgboost, role: training, maxRuntime: PT2H, maxWait: PT90M } }",
      'trainingJob.maxWait: "PT90M": must be at least maxRuntime',
    ],
    [
      "retraining: { trainingJob: { image: docker.io/evil:latest, role: training } }",
      "must be a key of the stage's training images",
    ],
    [
      "retraining: { trainingJob: { image: xgboost, role: 'arn:aws:iam::1:role/x' } }",
      "must be a key of the stage's training roles",
    ],
    ["features: { pii: [email, email] }", "features.pii"],
  ])("refuses %s", (more, message) => {
    expect(refusal(`${more}\n`)).toContain(message);
  });
});

describe("evaluation, approval and rollout in a monitor definition", () => {
  it("takes slices of a feature, all of its values or some", () => {
    const slices = "[{ feature: State }, { feature: Plan, values: [gold, 1] }]";
    expect(read(`evaluation: { slices: ${slices} }\n`).evaluation.slices).toEqual([
      { feature: "State" },
      { feature: "Plan", values: ["gold", 1] },
    ]);
  });

  it.each([
    ["evaluation: { metric: rmse }", '"rmse": must be auc or accuracy or f1 or logLoss, as'],
    [
      "prediction: { label: 0 }\nevaluation: { metric: auc }",
      'metric: "auc": must be accuracy or f1, as the predictions are',
    ],
    [
      "features: { pii: [age] }\nevaluation: { slices: [{ feature: age }] }",
      'evaluation.slices.0.feature: "age": must not be in features.pii',
    ],
    ["evaluation: { metric: roc }", 'metric: "roc": must be one of auc, accuracy'],
    ["evaluation: { sliceMargin: -0.1 }", "-0.1: must be at least 0"],
    ["evaluation: { slices: [{ feature: a }, { feature: a }] }", "must not name one feature twice"],
    ["approval: { expiresAfter: P31D }", "must be at most 30 days"],
    ["rollout: { steps: [5, 5, 100] }", "rollout.steps: [5,5,100]: must rise from step to step"],
    ["rollout: { steps: [5, 50] }", "must end at 100"],
    ["rollout: { steps: [] }", "must not be empty"],
    ["rollout: { steps: [0, 100] }", "must be in (0, 100]"],
    ["rollout: { strategy: guardrail, steps: [60, 100] }", "rollout.steps: [60,100]: must be one"],
    ["rollout: { falseRollBackPercent: 0 }", "must be in (0, 100]"],
    ["rollout: { tolerated: { errors: 1 } }", "rollout.tolerated.errors: is not a key"],
  ])("refuses %s", (more, message) => {
    expect(refusal(`${more}\n`)).toContain(message);
  });
});
