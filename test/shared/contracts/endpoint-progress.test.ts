import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type EndpointDescription,
  endpointDescription,
  endpointProgress,
} from "../../../shared/contracts/endpoint-progress.ts";

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

describe("endpointProgress", () => {
  it("is applied when the target serves as it is desired", () => {
    expect(endpointProgress(described(), "new")).toEqual({ kind: "applied" });
  });

  it("is rolled back when an endpoint is InService on another configuration, reason or not", () => {
    const old = { EndpointConfigName: "old" };
    const expected = { kind: "rolledBack", servingConfigName: "old" };
    expect(endpointProgress(described(old), "new")).toEqual({
      ...expected,
      reason: "SageMaker gave no reason",
    });
    expect(endpointProgress(described({ ...old, FailureReason: "" }), "new")).toMatchObject({
      reason: "SageMaker gave no reason",
    });
    expect(endpointProgress(described({ ...old, FailureReason: "no image" }), "new")).toEqual({
      ...expected,
      reason: "no image",
    });
  });

  it.each(["Failed", "UpdateRollbackFailed", "OutOfService"])("is broken in %s", (status) => {
    const progress = endpointProgress(
      described({ EndpointStatus: status, FailureReason: "why" }),
      "new",
    );
    expect(progress).toEqual({ kind: "broken", status, reason: "why" });
  });

  it.each(["Creating", "Updating", "SystemUpdating", "RollingBack", "SomethingNew"])(
    "is waiting in %s",
    (status) => {
      const progress = endpointProgress(described({ EndpointStatus: status }), "new");
      expect(progress).toEqual({ kind: "waiting", status });
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
    expect(endpointProgress(described(changes), "new").kind).toBe("waiting");
  });

  it("takes weights for equal that differ by the rounding of a float", () => {
    const ProductionVariants = [
      { VariantName: "a", CurrentWeight: 0.949999988079071, DesiredWeight: 0.95 },
    ];
    expect(endpointProgress(described({ ProductionVariants }), "new").kind).toBe("applied");
  });

  it("is never applied unless the endpoint is InService on the target", () => {
    const text = fc.constantFrom("InService", "Updating", "Failed", "new", "old", "");
    fc.assert(
      fc.property(text, text, (EndpointStatus, EndpointConfigName) => {
        const { kind } = endpointProgress(described({ EndpointStatus, EndpointConfigName }), "new");
        const proven = EndpointStatus === "InService" && EndpointConfigName === "new";
        expect(kind === "applied").toBe(proven);
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
