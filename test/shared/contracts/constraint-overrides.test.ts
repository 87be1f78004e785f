import { describe, expect, it } from "vitest";
import { withDefinedOverrides } from "../../../shared/contracts/constraint-overrides.ts";
import {
  DEFAULT_MONITORING_CONFIG,
  withOverrides,
} from "../../../shared/contracts/constraints-codec.ts";
import type { Constraints } from "../../../shared/contracts/constraints-file.ts";
import { definitionWith } from "../window/sample-definition.ts";

const constraints: Constraints = {
  version: 0,
  features: [
    { name: "age", inferred_type: "Integral", completeness: 1 },
    {
      name: "plan",
      inferred_type: "String",
      completeness: 0.9,
      monitoring_config_overrides: {
        domain_content_threshold: 0.5,
        distribution_constraints: { comparison_threshold: 0.3 },
      },
    },
  ],
  monitoring_config: DEFAULT_MONITORING_CONFIG,
};

const overridden = (more: string) => withDefinedOverrides(constraints, definitionWith({ more }));

describe("withDefinedOverrides", () => {
  it("leaves a baseline alone that the definition says nothing of", () => {
    expect(overridden("")).toEqual(constraints);
  });

  it("overrides for all features, and no more than was said", () => {
    const { monitoring_config } = overridden(
      "constraints: { datatypeCheckThreshold: 0.99, comparisonMethod: Simple, evaluate: false }",
    );
    expect(monitoring_config).toEqual({
      ...DEFAULT_MONITORING_CONFIG,
      evaluate_constraints: "Disabled",
      datatype_check_threshold: 0.99,
      distribution_constraints: {
        ...DEFAULT_MONITORING_CONFIG.distribution_constraints,
        comparison_method: "Simple",
      },
    });
  });

  it("overrides for one feature what its baseline overrides already", () => {
    const { features } = overridden(
      "constraints: { features: { plan: { completeness: 0.5, categoricalDriftMethod: ChiSquared } } }",
    );
    const [age, plan] = features;
    expect(age).toEqual(constraints.features[0]);
    expect(plan?.completeness).toBe(0.5);
    const config = withOverrides(DEFAULT_MONITORING_CONFIG, plan?.monitoring_config_overrides);
    expect(config.domain_content_threshold).toBe(0.5);
    expect(config.distribution_constraints).toMatchObject({
      comparison_threshold: 0.3,
      categorical_drift_method: "ChiSquared",
    });
  });

  it("switches ignored features off", () => {
    const [age, plan] = overridden("features: { ignored: [age] }").features;
    expect(age?.monitoring_config_overrides?.evaluate_constraints).toBe("Disabled");
    expect(plan).toEqual(constraints.features[1]);
  });

  it.each(["features: { ignored: [agee] }", "constraints: { features: { agee: {} } }"])(
    "refuses a feature that the baseline has not: %s",
    (more) => {
      expect(() => overridden(more)).toThrow(
        'definition: ["agee"]: must be features of the baseline',
      );
    },
  );
});
