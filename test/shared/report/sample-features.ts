import { bellValues, numericFeature, type SampleFeature, textFeature } from "./sample-report.ts";

const drift = (observed: number) =>
  ({
    check: "baseline_drift_check",
    outcome: observed > 0.1 ? "violated" : "passed",
    observed,
    threshold: 0.1,
    method: "linf_robust",
    ...(observed > 0.1
      ? { explanation: `Baseline drift distance: ${observed} exceeds threshold: 0.1` }
      : {}),
  }) as const;

const held = (check: "completeness_check" | "data_type_check") =>
  ({ check, outcome: "passed", observed: 1, threshold: 1 }) as const;

/** One feature of each kind that a report draws in its own way. */
export const SAMPLE_FEATURES: Readonly<Record<string, SampleFeature>> = {
  day_minutes: {
    baseline: numericFeature("day_minutes", bellValues(1500, 180, 54)),
    window: numericFeature("day_minutes", bellValues(1200, 221.7, 61)),
    checks: [held("data_type_check"), held("completeness_check"), drift(0.2371)],
  },
  eve_charge: {
    baseline: numericFeature("eve_charge", bellValues(1500, 17, 4)),
    window: numericFeature("eve_charge", bellValues(1200, 1700, 400)),
    checks: [held("data_type_check"), held("completeness_check"), drift(0.9299)],
  },
  night_calls: {
    baseline: numericFeature("night_calls", bellValues(1500, 100, 20).map(Math.round), {
      type: "Integral",
    }),
    window: numericFeature("night_calls", bellValues(1056, 100.5, 20).map(Math.round), {
      type: "Integral",
      missing: 144,
    }),
    types: { integral: 1056, fractional: 0, boolean: 0, string: 0 },
    checks: [
      {
        check: "completeness_check",
        outcome: "violated",
        observed: 0.88,
        threshold: 1,
        explanation: "Value: 0.88 does not meet the constraint requirement! ",
      },
      held("data_type_check"),
      drift(0),
    ],
  },
  customer_service_calls: {
    baseline: numericFeature(
      "customer_service_calls",
      bellValues(1500, 1.6, 1.3).map((x) => Math.max(0, Math.round(x))),
      { type: "Integral" },
    ),
    window: numericFeature(
      "customer_service_calls",
      bellValues(1200, 1.6, 1.3).map((x) => Math.max(0, Math.round(x))),
      { type: "Integral" },
    ),
    checks: [held("data_type_check"), held("completeness_check"), drift(0.0031)],
  },
  international_plan_yes: {
    baseline: numericFeature(
      "international_plan_yes",
      Array.from({ length: 1500 }, (_, i) => (i % 10 === 0 ? 1 : 0)),
      { type: "Integral" },
    ),
    window: numericFeature(
      "international_plan_yes",
      Array.from({ length: 1200 }, (_, i) => (i % 9 === 0 ? 1 : 0)),
      { type: "Integral" },
    ),
    checks: [held("data_type_check"), held("completeness_check"), drift(0)],
  },
  state: {
    baseline: textFeature("state", {
      WV: 106,
      MN: 84,
      NY: 83,
      AL: 80,
      WI: 78,
      OH: 78,
      OR: 78,
      WY: 77,
      VA: 77,
      CT: 74,
      HI: 3,
    }),
    window: textFeature("state", {
      WV: 60,
      MN: 65,
      NY: 240,
      AL: 44,
      WI: 58,
      OH: 48,
      OR: 51,
      Guam: 37,
      VA: 47,
      CT: 44,
      "J. Doe": 2,
    }),
    constraints: {
      name: "state",
      inferred_type: "String",
      completeness: 1,
      string_constraints: {
        domains: ["WV", "MN", "NY", "AL", "WI", "OH", "OR", "WY", "VA", "CT", "HI"],
      },
    },
    types: { integral: 0, fractional: 0, boolean: 0, string: 696 },
    checks: [
      {
        check: "categorical_values_check",
        outcome: "violated",
        observed: 0.9439655172413793,
        threshold: 1,
        explanation: "Value: 0.9439655172413793 does not meet the constraint requirement! ",
      },
      drift(0.2429),
      held("completeness_check"),
    ],
  },
  account_length: {
    baseline: numericFeature("account_length", bellValues(1500, 101, 39).map(Math.round), {
      type: "Integral",
    }),
    window: textFeature("account_length", {
      "n/a": 300,
      ...Object.fromEntries(Array.from({ length: 18 }, (_, i) => [String(90 + i), 50])),
    }),
    constraints: { name: "account_length", inferred_type: "Integral", completeness: 1 },
    types: { integral: 900, fractional: 0, boolean: 0, string: 300 },
    checks: [
      {
        check: "data_type_check",
        outcome: "violated",
        observed: 0.75,
        threshold: 1,
        explanation:
          "Data type match requirement is not met. Expected data type: Integral, " +
          "Expected match: 100.0%. Observed: Only 75.0% of data is Integral.",
      },
      {
        check: "baseline_drift_check",
        outcome: "inconclusive",
        observed: null,
        threshold: 0.1,
        explanation: "account_length is Integral in the baseline and String in the window",
      },
      held("completeness_check"),
    ],
  },
  constant: {
    baseline: numericFeature("constant", [7, 7, 7, 7], { type: "Integral" }),
    window: numericFeature("constant", [7, 7, 7], { type: "Integral" }),
    checks: [drift(0)],
  },
  phone: {
    baseline: {
      name: "phone",
      inferred_type: "String",
      string_statistics: { common: { num_present: 1500, num_missing: 0 }, distinct_count: 1496 },
    },
    window: { name: "phone", inferred_type: "Unknown" },
    checks: [],
  },
};
