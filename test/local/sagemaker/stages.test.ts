import { describe, expect, it } from "vitest";
import { guardedStages } from "../../../local/sagemaker/guardrails/stages.ts";

const plan = { startMillis: 0, transitionMillis: 10_000, instanceCount: 4 };

describe("guardedStages", () => {
  it("of a canary bakes twice: with the canary and with all", () => {
    const { stages, untilMillis } = guardedStages(
      {
        TrafficRoutingConfiguration: {
          Type: "CANARY",
          WaitIntervalInSeconds: 600,
          CanarySize: { Type: "CAPACITY_PERCENT", Value: 25 },
        },
        TerminationWaitInSeconds: 60,
      },
      plan,
    );
    expect(stages.map(({ status, share, fromMillis }) => [status, share, fromMillis])).toEqual([
      ["Creating", 0, 0],
      ["ActivatingTraffic", 0.25, 6_000],
      ["Baking", 0.25, 7_000],
      ["ActivatingTraffic", 1, 607_000],
      ["Baking", 1, 608_000],
      ["Deleting", 1, 668_000],
    ]);
    expect(untilMillis).toBe(669_000);
    expect(stages[2]!.message).toBe(
      "Baking for 600 seconds (WaitIntervalInSeconds) with traffic enabled on " +
        "canary capacity of 1 instance(s).",
    );
  });

  it.each([
    { Type: "ALL_AT_ONCE" as const, shares: [0, 1, 1, 1] },
    {
      Type: "LINEAR" as const,
      LinearStepSize: { Type: "INSTANCE_COUNT" as const, Value: 2 },
      shares: [0, 0.5, 0.5, 1, 1, 1],
    },
  ])("of $Type gives shares $shares", ({ shares, ...routing }) => {
    const policy = { TrafficRoutingConfiguration: { ...routing, WaitIntervalInSeconds: 1 } };
    expect(guardedStages(policy, plan).stages.map(({ share }) => share)).toEqual(shares);
  });
});
