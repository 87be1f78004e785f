import { describe, expect, it } from "vitest";
import type { DeploymentRecord } from "../../../shared/contracts/self-healing/run.ts";
import {
  planRestoration,
  restoredConfig,
  restoredConfigName,
} from "../../../shared/rollback/plan-restoration.ts";

const arn = (version: number) => `arn:aws:sagemaker:us-east-1:0:model-package/churn/${version}`;

const stretch = (variant: string, from: string, more: Partial<DeploymentRecord> = {}) =>
  Object.freeze({
    ...{ endpoint: "churn", variant, modelName: variant, endpointConfigName: `with-${variant}` },
    ...{ modelPackageArn: arn(Number(variant.slice(1))), baseline: "s3://bucket/b/" },
    ...{ from: `2026-01-${from}T00:00:00Z`, ...more },
  });

const TIMELINE = [
  stretch("v1", "01", { modelPackageArn: null, to: "2026-01-05T00:00:00Z" }),
  stretch("v2", "05", { to: "2026-01-09T00:00:00Z" }),
  stretch("v3", "09"),
];

describe("planRestoration", () => {
  it("brings back what served before a version that serves", () => {
    expect(planRestoration(TIMELINE, arn(3))).toEqual({
      rejected: TIMELINE[2],
      previous: TIMELINE[1],
    });
  });

  it.each([
    { what: "that served once, and does no more", timeline: TIMELINE, version: 2 },
    { what: "that never served", timeline: TIMELINE, version: 9 },
    { what: "before which nothing served", timeline: [stretch("v3", "09")], version: 3 },
  ])("does nothing about a version $what", ({ timeline, version }) => {
    expect(planRestoration(timeline, arn(version))).toBeNull();
  });

  it("does not bring the same version back under another variant", () => {
    const again = [...TIMELINE.slice(0, 2), stretch("v4", "09", { modelPackageArn: arn(2) })];
    expect(planRestoration(again, arn(2))?.previous.variant).toBe("v1");
  });
});

describe("restoredConfig", () => {
  const restoration = planRestoration(TIMELINE, arn(3))!;

  it("has the variant of before, on as many instances as serve now, captured as now", () => {
    const capture = {
      ...{
        EnableCapture: true,
        InitialSamplingPercentage: 50,
        DestinationS3Uri: "s3://b/captures",
      },
      CaptureOptions: [{ CaptureMode: "Input" }],
    };
    const live = {
      endpoint: {
        ...{ EndpointName: "churn", EndpointStatus: "InService", LastModifiedTime: new Date(0) },
        ProductionVariants: [{ VariantName: "v3", CurrentInstanceCount: 5 }],
      },
      config: {
        EndpointConfigName: "with-v3",
        ProductionVariants: [{ VariantName: "v3", ModelName: "v3", InitialInstanceCount: 1 }],
        DataCaptureConfig: capture,
      },
      champion: "v3",
    };
    const before = {
      EndpointConfigName: "with-v2",
      ProductionVariants: [
        { VariantName: "v1", ModelName: "v1", InitialInstanceCount: 2, InitialVariantWeight: 1 },
        { VariantName: "v2", ModelName: "v2", InitialInstanceCount: 2, InitialVariantWeight: 0 },
      ],
    };
    expect(restoredConfig(live, restoration, before)).toEqual({
      ProductionVariants: [
        { VariantName: "v2", ModelName: "v2", InitialInstanceCount: 5, InitialVariantWeight: 1 },
      ],
      DataCaptureConfig: capture,
    });
  });

  it("has the same name for the same restoration, within SageMaker's limit", () => {
    const long = { ...restoration.rejected, endpoint: "a".repeat(63) };
    expect(restoredConfigName(restoration)).toMatch(/^churn-restored-[0-9a-f]{10}$/);
    expect(restoredConfigName(restoration)).toBe(restoredConfigName({ ...restoration }));
    expect(restoredConfigName({ ...restoration, rejected: long }).length).toBeLessThanOrEqual(63);
  });
});
