import { beforeEach, describe, expect, it } from "vitest";
import { modelRole, stageChoices } from "../../../../shared/aws/training/stage-choices.ts";

const IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/xgboost:1.7-1";
const ROLE = "arn:aws:iam::123456789012:role/training";
const OTHER_ROLE = "arn:aws:iam::123456789012:role/other";

beforeEach(() => {
  process.env.PLUMBLINE_TRAINING_IMAGES = `xgboost=${IMAGE}`;
  process.env.PLUMBLINE_TRAINING_ROLES = `training=${ROLE}, other=${OTHER_ROLE}`;
});

describe("what a definition may choose", () => {
  it("is chosen by key or in full", () => {
    const chosen = { image: IMAGE, roleArn: OTHER_ROLE };
    expect(stageChoices({ image: "xgboost", role: "other" })).toEqual(chosen);
    expect(stageChoices({ image: IMAGE, role: OTHER_ROLE })).toEqual(chosen);
  });

  it("is what the stage lists, and nothing else", () => {
    expect(stageChoices({ image: "other", role: "training" })).toMatchObject({
      code: "not-a-choice-of-the-stage",
      message:
        'retraining.trainingJob.image: "other": must be one of the stage\'s, which are xgboost',
    });
    const admin = "arn:aws:iam::123456789012:role/admin";
    expect(stageChoices({ image: "xgboost", role: admin })).toMatchObject({
      message:
        `retraining.trainingJob.role: "${admin}": ` +
        "must be one of the stage's, which are training, other",
    });
  });

  it("is the first role for a model that a pipeline trained", () => {
    expect(modelRole("other")).toBe(OTHER_ROLE);
    expect(modelRole(undefined)).toBe(ROLE);
  });
});
