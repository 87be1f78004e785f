import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type EndpointDescription,
  endpointDescription,
  endpointState,
} from "../../../shared/contracts/endpoint-state.ts";

const described = (changes: Partial<EndpointDescription> = {}): EndpointDescription => ({
  EndpointName: "churn",
  EndpointStatus: "InService",
  EndpointConfigName: "new",
  LastModifiedTime: new Date(0),
  ProductionVariants: [
    {
      VariantName: "AllTraffic",
      CurrentWeight: 1,
      DesiredWeight: 1,
      CurrentInstanceCount: 2,
      DesiredInstanceCount: 2,
    },
  ],
  ...changes,
});

describe("endpointState", () => {
  it("is applied when the target serves as it is desired", () => {
    expect(endpointState(described(), "new")).toEqual({ state: "applied" });
  });

  it("is rolled back when an endpoint is InService on another configuration, reason or not", () => {
    const old = { EndpointConfigName: "old" };
    const expected = { state: "rolledBack", servingConfigName: "old" };
    expect(endpointState(described(old), "new")).toEqual({
      ...expected,
      reason: "SageMaker gave no reason",
    });
    expect(endpointState(described({ ...old, FailureReason: "" }), "new")).toMatchObject({
      reason: "SageMaker gave no reason",
    });
    expect(endpointState(described({ ...old, FailureReason: "no image" }), "new")).toEqual({
      ...expected,
      reason: "no image",
    });
  });

  it.each(["Failed", "UpdateRollbackFailed", "OutOfService"])("is broken in %s", (status) => {
    const state = endpointState(described({ EndpointStatus: status, FailureReason: "why" }), "new");
    expect(state).toEqual({ state: "broken", status, reason: "why" });
  });

  it.each(["Creating", "Updating", "SystemUpdating", "RollingBack", "SomethingNew"])(
    "is waiting in %s",
    (status) => {
      const state = endpointState(described({ EndpointStatus: status }), "new");
      expect(state).toEqual({ state: "waiting", status });
    },
  );

  it.each([
    { why: "a deployment is pending", changes: { PendingDeploymentSummary: {} } },
    {
      why: "a weight is not reached",
      changes: {
        ProductionVariants: [{ VariantName: "a", CurrentWeight: 0.9, DesiredWeight: 0.95 }],
      },
    },
    {
      why: "instances are missing",
      changes: {
        ProductionVariants: [
          { VariantName: "a", CurrentInstanceCount: 1, DesiredInstanceCount: 2 },
        ],
      },
    },
  ])("is waiting on the target while $why", ({ changes }) => {
    expect(endpointState(described(changes), "new").state).toBe("waiting");
  });

  it("takes weights for equal that differ by the rounding of a float", () => {
    const ProductionVariants = [
      { VariantName: "a", CurrentWeight: 0.949999988079071, DesiredWeight: 0.95 },
    ];
    expect(endpointState(described({ ProductionVariants }), "new").state).toBe("applied");
  });

  it("is never applied unless the endpoint is InService on the target", () => {
    const text = fc.constantFrom("InService", "Updating", "Failed", "new", "old", "");
    fc.assert(
      fc.property(text, text, (EndpointStatus, EndpointConfigName) => {
        const { state } = endpointState(described({ EndpointStatus, EndpointConfigName }), "new");
        const proven = EndpointStatus === "InService" && EndpointConfigName === "new";
        expect(state === "applied").toBe(proven);
      }),
    );
  });
});

describe("endpointDescription", () => {
  it("lets pass what AWS adds, and refuses a description without a status", () => {
    const description = { ...described(), NewThing: { deep: true } };
    expect(endpointDescription.parse(description)).toEqual(description);
    const { EndpointStatus: _, ...without } = described();
    expect(endpointDescription.safeParse(without).success).toBe(false);
  });
});
