import { describe, expect, it } from "vitest";
import { endpointStatus, settlementOf, trafficShares } from "../../../shared/canary/settled.ts";
import type { EndpointDescription } from "../../../shared/contracts/endpoint-progress.ts";

const variant = (VariantName: string, weight: number, instances = 1) => ({
  VariantName,
  CurrentWeight: weight,
  DesiredWeight: weight,
  CurrentInstanceCount: instances,
  DesiredInstanceCount: instances,
});

const endpoint = (changes: Partial<EndpointDescription> = {}): EndpointDescription => ({
  EndpointName: "churn",
  EndpointStatus: "InService",
  EndpointConfigName: "run-canary",
  LastModifiedTime: new Date(0),
  ProductionVariants: [variant("champion", 0.95), variant("candidate", 0.05)],
  ...changes,
});

const target = { configName: "run-canary", shares: { champion: 0.95, candidate: 0.05 } };

describe("settlementOf", () => {
  it("is applied when the configuration serves with the shares asked for", () => {
    expect(settlementOf(endpoint(), target)).toEqual({ kind: "applied" });
    expect(settlementOf(endpoint(), { configName: "run-canary" })).toEqual({ kind: "applied" });
  });

  it("takes weights for shares, and drift of floats for nothing", () => {
    const ProductionVariants = [variant("champion", 19.0004), variant("candidate", 1)];
    expect(settlementOf(endpoint({ ProductionVariants }), target)).toEqual({ kind: "applied" });
  });

  it("is settled, but not as asked, when the call for weights was lost", () => {
    const ProductionVariants = [variant("champion", 1), variant("candidate", 0)];
    expect(settlementOf(endpoint({ ProductionVariants }), target)).toEqual({
      kind: "settled",
      reason: 'variant "champion" carries 1 of the traffic, but was to carry 0.95',
    });
  });

  it("is settled when instances asked for are not there", () => {
    const instanceCounts = { candidate: 3 };
    expect(settlementOf(endpoint(), { ...target, instanceCounts })).toEqual({
      kind: "settled",
      reason: 'variant "candidate" has 1 instances, but was to have 3',
    });
    const ProductionVariants = [variant("champion", 0.95), variant("candidate", 0.05, 4)];
    const scaled = endpoint({ ProductionVariants });
    expect(settlementOf(scaled, { ...target, instanceCounts })).toEqual({ kind: "applied" });
  });

  it("is settled when a variant is missing", () => {
    const ProductionVariants = [variant("champion", 1)];
    expect(settlementOf(endpoint({ ProductionVariants }), target)).toMatchObject({
      kind: "settled",
    });
    const asked = { configName: "run-canary", shares: { other: 1 } };
    expect(settlementOf(endpoint(), asked)).toEqual({
      kind: "settled",
      reason: 'variant "other" is not there, but was to carry 1',
    });
  });

  it("is rolled back in service, even without a reason", () => {
    const back = endpoint({ EndpointConfigName: "initial", FailureReason: "" });
    expect(settlementOf(back, target)).toEqual({
      kind: "rolled-back",
      servingConfigName: "initial",
      reason: "SageMaker gave no reason",
    });
  });

  it.each(["Failed", "UpdateRollbackFailed", "OutOfService"])("is broken when %s", (status) => {
    expect(settlementOf(endpoint({ EndpointStatus: status }), target)).toMatchObject({
      kind: "broken",
      status,
    });
  });

  it.each(["Creating", "Updating", "SystemUpdating", "RollingBack", "SomethingNew"])(
    "waits when %s",
    (status) => {
      const waiting = { kind: "wait", status };
      expect(settlementOf(endpoint({ EndpointStatus: status }), target)).toEqual(waiting);
    },
  );

  it("waits while a deployment is pending, or weights are on their way", () => {
    expect(settlementOf(endpoint({ PendingDeploymentSummary: {} }), target).kind).toBe("wait");
    const moving = [{ ...variant("champion", 1), DesiredWeight: 0.95 }, variant("candidate", 0.05)];
    expect(settlementOf(endpoint({ ProductionVariants: moving }), target).kind).toBe("wait");
  });

  it("reads the spelling of events", () => {
    expect(settlementOf(endpoint({ EndpointStatus: "IN_SERVICE" }), target).kind).toBe("applied");
    expect(settlementOf(endpoint({ EndpointStatus: "UPDATING" }), target)).toEqual({
      kind: "wait",
      status: "Updating",
    });
    expect(endpointStatus("UPDATE_ROLLBACK_FAILED")).toBe("UpdateRollbackFailed");
    expect(endpointStatus("OUT_OF_SERVICE")).toBe("OutOfService");
    expect(endpointStatus("RollingBack")).toBe("RollingBack");
  });
});

describe("trafficShares", () => {
  it("sum to 1, or to 0 when nothing carries weight", () => {
    const shares = trafficShares(
      endpoint({ ProductionVariants: [variant("a", 3), variant("b", 1)] }),
    );
    expect(Object.fromEntries(shares)).toEqual({ a: 0.75, b: 0.25 });
    const none = trafficShares(endpoint({ ProductionVariants: [variant("a", 0)] }));
    expect(Object.fromEntries(none)).toEqual({ a: 0 });
  });
});
