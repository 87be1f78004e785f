import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { trafficShares } from "../../../shared/canary/settled.ts";
import type { EndpointDescription } from "../../../shared/contracts/endpoint-progress.ts";
import { type DesiredWeight, planRollBack } from "../../../shared/rollback/plan.ts";

const serving = (VariantName: string, weight: number, instances = 2) => ({
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
  ProductionVariants: [serving("champion", 0.95), serving("candidate", 0.05)],
  ...changes,
});

const champion = { variant: "champion", endpointConfigName: "initial", instanceCount: 2 };
const wanted = [
  { VariantName: "champion", DesiredWeight: 1 },
  { VariantName: "candidate", DesiredWeight: 0 },
];

/** What the call makes of an endpoint, once it has come about. */
function after(before: EndpointDescription, weights: readonly DesiredWeight[]) {
  const ProductionVariants = before.ProductionVariants!.map((variant) => {
    const asked = weights.find(({ VariantName }) => VariantName === variant.VariantName);
    const weight = asked?.DesiredWeight ?? variant.CurrentWeight!;
    const instances = asked?.DesiredInstanceCount ?? variant.CurrentInstanceCount!;
    return serving(variant.VariantName, weight, instances);
  });
  return { ...before, ProductionVariants };
}

describe("planRollBack", () => {
  it("gives the champion everything in one call", () => {
    expect(planRollBack(endpoint(), champion)).toEqual({ kind: "weights", weights: wanted });
  });

  it("gives it its instances back when it was scaled in meanwhile", () => {
    const ProductionVariants = [serving("champion", 0, 1), serving("candidate", 1, 3)];
    expect(planRollBack(endpoint({ ProductionVariants }), champion)).toEqual({
      kind: "weights",
      weights: [{ ...wanted[0], DesiredInstanceCount: 2 }, wanted[1]],
    });
  });

  it("is done when it is read back, whatever is scaled afterwards", () => {
    const ProductionVariants = [serving("champion", 1, 1), serving("candidate", 0)];
    expect(planRollBack(endpoint({ ProductionVariants }), champion)).toEqual({ kind: "done" });
  });

  it("is done when the candidate is gone", () => {
    const alone = { EndpointConfigName: "initial", ProductionVariants: [serving("champion", 1)] };
    expect(planRollBack(endpoint(alone), champion)).toEqual({ kind: "done" });
  });

  it.each(["Updating", "SystemUpdating", "RollingBack", "UPDATING"])(
    "waits while %s, for no call is taken then",
    (EndpointStatus) => {
      expect(planRollBack(endpoint({ EndpointStatus }), champion).kind).toBe("wait");
    },
  );

  it("waits until weights that were asked for are there", () => {
    const ProductionVariants = [
      { ...serving("champion", 0.95), DesiredWeight: 1 },
      { ...serving("candidate", 0.05), DesiredWeight: 0 },
    ];
    expect(planRollBack(endpoint({ ProductionVariants }), champion)).toEqual({
      kind: "wait",
      reason: "the endpoint is InService",
    });
  });

  it("needs the old configuration when the champion's variant is gone", () => {
    const promoted = { EndpointConfigName: "run-final", ProductionVariants: [serving("new", 1)] };
    const redeploy = { kind: "redeploy", endpointConfigName: "initial" };
    expect(planRollBack(endpoint(promoted), champion)).toEqual(redeploy);
  });

  it("needs it too when a guardrail put another model under the champion's name", () => {
    const guarded = {
      EndpointConfigName: "run-final",
      ProductionVariants: [serving("champion", 1)],
    };
    expect(planRollBack(endpoint(guarded), champion, true)).toEqual({
      kind: "redeploy",
      endpointConfigName: "initial",
    });
    const restored = endpoint({ ...guarded, EndpointConfigName: "initial" });
    expect(planRollBack(restored, champion, true)).toEqual({ kind: "done" });
  });

  it("says so when no call helps", () => {
    const failed = endpoint({ EndpointStatus: "Failed", FailureReason: "no capacity" });
    expect(planRollBack(failed, champion)).toEqual({
      kind: "broken",
      reason: "status Failed: no capacity",
    });
  });

  it("ends after one call from any weights, with everything on the champion", () => {
    const weight = fc.double({ min: 0, max: 100, noNaN: true });
    const names = fc.uniqueArray(fc.constantFrom("candidate", "other", "third"));
    const instances = fc.integer({ min: 1, max: 5 });
    fc.assert(
      fc.property(
        fc.tuple(weight, instances),
        names,
        fc.infiniteStream(weight),
        (own, others, more) => {
          const ProductionVariants = [
            serving("champion", ...own),
            ...others.map((name) => serving(name, more.next().value)),
          ];
          const before = endpoint({ ProductionVariants });
          const plan = planRollBack(before, champion);
          const end = plan.kind === "weights" ? after(before, plan.weights) : before;
          expect(planRollBack(end, champion)).toEqual({ kind: "done" });
          expect(trafficShares(end).get("champion")).toBeGreaterThan(0.999);
        },
      ),
    );
  });
});
