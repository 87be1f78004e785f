import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { guardedDeployment } from "../../../shared/canary/guardrail.ts";
import {
  canaryConfig,
  candidateVariant,
  finalConfig,
  guardedConfig,
  type LiveEndpoint,
  shadowConfig,
} from "../../../shared/canary/plan.ts";
import { bakedPercents, instancesAt, sharesAt, weightsOf } from "../../../shared/canary/steps.ts";
import type { EndpointConfigDescription } from "../../../shared/capture/plan-capture-change.ts";
import type { EndpointDescription } from "../../../shared/contracts/endpoint-progress.ts";
import { rollout } from "../../../shared/contracts/rollout-definition.ts";

const serving = (VariantName: string, weight: number, instances: number) => ({
  VariantName,
  CurrentWeight: weight,
  DesiredWeight: weight,
  CurrentInstanceCount: instances,
  DesiredInstanceCount: instances,
});

const capture = {
  EnableCapture: true,
  InitialSamplingPercentage: 100,
  DestinationS3Uri: "s3://bucket/captures",
  CaptureOptions: [{ CaptureMode: "Input" }, { CaptureMode: "Output" }],
  CaptureContentTypeHeader: { CsvContentTypes: ["text/csv"] },
};

const champion = {
  VariantName: "AllTraffic",
  ModelName: "churn-1",
  InstanceType: "ml.m5.large",
  InitialInstanceCount: 1,
  InitialVariantWeight: 7,
  VolumeSizeInGB: 30,
  RoutingConfig: { RoutingStrategy: "LEAST_OUTSTANDING_REQUESTS" },
};

const live = (
  config: Partial<EndpointConfigDescription> = {},
  endpoint: Partial<EndpointDescription> = {},
): LiveEndpoint => ({
  champion: "AllTraffic",
  endpoint: {
    EndpointName: "churn",
    EndpointStatus: "InService",
    EndpointConfigName: "churn-initial",
    LastModifiedTime: new Date(0),
    ProductionVariants: [serving("AllTraffic", 7, 4)],
    ...endpoint,
  },
  config: {
    EndpointConfigName: "churn-initial",
    EndpointConfigArn: "arn:aws:sagemaker:eu-central-1:111122223333:endpoint-config/churn-initial",
    CreationTime: new Date(0),
    ProductionVariants: [champion],
    DataCaptureConfig: capture,
    ExecutionRoleArn: "arn:aws:iam::111122223333:role/hosting",
    ...config,
  },
});

const candidate = { variant: "v2-0123456789", modelName: "churn-2" };
const kept = {
  ExecutionRoleArn: "arn:aws:iam::111122223333:role/hosting",
  DataCaptureConfig: capture,
};
const now = { ...champion, InitialInstanceCount: 4, InitialVariantWeight: 1 };
const added = {
  ...champion,
  VariantName: "v2-0123456789",
  ModelName: "churn-2",
  InitialInstanceCount: 2,
  InitialVariantWeight: 0,
};

describe("canaryConfig", () => {
  it("keeps the champion as it is now, adds the candidate without traffic, and copies the capture", () => {
    expect(canaryConfig(live(), candidate, 2)).toEqual({
      ...kept,
      ProductionVariants: [now, added],
    });
  });

  it("plans the same again when the candidate is already there", () => {
    const again = live(
      { ProductionVariants: [champion, added] },
      { ProductionVariants: [serving("AllTraffic", 1, 4), serving("v2-0123456789", 0, 2)] },
    );
    expect(canaryConfig(again, candidate, 2)).toEqual(canaryConfig(live(), candidate, 2));
  });

  it.each([
    ["serverless", { ProductionVariants: [{ ...champion, ServerlessConfig: {} }] }, /serverless/],
    ["asynchronous", { AsyncInferenceConfig: {} }, /asynchronous/],
    [
      "of inference components",
      { ProductionVariants: [{ VariantName: "AllTraffic" }] },
      /inference components/,
    ],
    ["of another variant", { ProductionVariants: [] }, /has no variant "AllTraffic"/],
  ])("refuses an endpoint that is %s", (_, config, rule) => {
    expect(() => canaryConfig(live(config), candidate, 1)).toThrow(rule);
  });

  it("refuses where another variant has traffic, or the candidate is the champion", () => {
    const ProductionVariants = [serving("AllTraffic", 1, 1), serving("other", 1, 1)];
    const split = live({}, { ProductionVariants });
    expect(() => canaryConfig(split, candidate, 1)).toThrow(
      'canary of endpoint "churn": variant "other" carries 0.5 of the traffic beside the champion',
    );
    expect(() => canaryConfig(live(), { ...candidate, variant: "AllTraffic" }, 1)).toThrow(
      /another model is needed/,
    );
  });
});

describe("the other configurations", () => {
  it("shadow: the candidate answers copies of all requests", () => {
    expect(shadowConfig(live(), candidate, 2)).toEqual({
      ...kept,
      ProductionVariants: [now],
      ShadowProductionVariants: [{ ...added, InitialVariantWeight: 1 }],
    });
  });

  it("guardrail: the champion's variant with the other model", () => {
    expect(guardedConfig(live(), "churn-2")).toEqual({
      ...kept,
      ProductionVariants: [{ ...now, ModelName: "churn-2" }],
    });
  });

  it("final: one variant, with the instances that it has now", () => {
    const both = live(
      { ProductionVariants: [champion, added] },
      { ProductionVariants: [serving("AllTraffic", 0, 4), serving("v2-0123456789", 1, 5)] },
    );
    expect(finalConfig(both, "v2-0123456789")).toEqual({
      ...kept,
      ProductionVariants: [{ ...added, InitialInstanceCount: 5, InitialVariantWeight: 1 }],
    });
    expect(finalConfig(both, "AllTraffic")).toEqual({ ...kept, ProductionVariants: [now] });
  });

  it("has no capture where there was none", () => {
    const { config, ...rest } = live();
    const { DataCaptureConfig: _, ...without } = config;
    const plan = canaryConfig({ ...rest, config: without }, candidate, 1);
    expect(Object.keys(plan).sort()).toEqual(["ExecutionRoleArn", "ProductionVariants"]);
  });
});

describe("candidateVariant", () => {
  const arn = "arn:aws:sagemaker:eu-central-1:111122223333:model-package/churn/7";

  it("names the version, and differs for each model", () => {
    expect(candidateVariant(arn)).toMatch(/^v7-[0-9a-f]{10}$/);
    expect(candidateVariant(arn)).toBe(candidateVariant(arn));
    expect(candidateVariant(arn)).not.toBe(candidateVariant(arn.replace("churn/", "other/")));
  });

  it("is a name that SageMaker takes, whatever the model is called", () => {
    fc.assert(
      fc.property(fc.string(), (model) => {
        expect(candidateVariant(model)).toMatch(/^[a-zA-Z0-9](?:-*[a-zA-Z0-9]){0,62}$/);
      }),
    );
  });
});

describe("steps", () => {
  const variants = { champion: "a", candidate: "b" };

  it("give each variant its share; shares always sum to 1", () => {
    expect(weightsOf(sharesAt(5, variants))).toEqual([
      { VariantName: "a", DesiredWeight: 0.95 },
      { VariantName: "b", DesiredWeight: 0.05 },
    ]);
    expect(sharesAt(100, variants)).toEqual({ a: 0, b: 1 });
    fc.assert(
      fc.property(fc.double({ min: 0, max: 100, noNaN: true }), (percent) => {
        const { a, b } = sharesAt(percent, variants);
        expect(a! + b!).toBeCloseTo(1, 12);
      }),
    );
  });

  it("bake all but the last", () => {
    expect(bakedPercents({ steps: [5, 25, 50, 100] })).toEqual([5, 25, 50]);
    expect(bakedPercents({ steps: [100] })).toEqual([]);
  });

  it("ask for instances by share, one at least, at 100 % as many as the champion has", () => {
    expect([5, 25, 50, 100].map((percent) => instancesAt(percent, 7))).toEqual([1, 2, 4, 7]);
    expect(instancesAt(100, 1)).toBe(1);
  });
});

describe("guardedDeployment", () => {
  const guarded = rollout.parse({ strategy: "guardrail", steps: [25, 100] });

  it("is a canary of whole instances, baked by SageMaker, rolled back on alarm", () => {
    expect(guardedDeployment(guarded, 8, ["errors"])).toEqual({
      BlueGreenUpdatePolicy: {
        TrafficRoutingConfiguration: {
          Type: "CANARY",
          WaitIntervalInSeconds: 3600,
          CanarySize: { Type: "INSTANCE_COUNT", Value: 2 },
        },
        TerminationWaitInSeconds: 600,
        MaximumExecutionTimeoutInSeconds: 7800,
      },
      AutoRollbackConfiguration: { Alarms: [{ AlarmName: "errors" }] },
    });
  });

  it("never takes more than half of the instances", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 500 }),
        fc.integer({ min: 1, max: 50 }),
        (n, percent) => {
          const { BlueGreenUpdatePolicy: policy } = guardedDeployment(
            { ...guarded, steps: [percent, 100] },
            n,
            ["errors"],
          );
          const { Value } = policy.TrafficRoutingConfiguration.CanarySize;
          expect(Value).toBeGreaterThanOrEqual(1);
          expect(Value).toBeLessThanOrEqual(n / 2);
        },
      ),
    );
  });

  it.each([
    { why: "one instance", count: 1, alarms: ["errors"], rule: /at least 2/ },
    { why: "a long bake", bake: "PT2H", count: 4, alarms: ["errors"], rule: /3600 s are the most/ },
    { why: "no alarm", count: 4, alarms: [], rule: /must be 1 to 10/ },
  ])("refuses $why", ({ bake = "PT1H", count, alarms, rule }) => {
    expect(() => guardedDeployment({ ...guarded, bake }, count, alarms)).toThrow(rule);
  });
});
