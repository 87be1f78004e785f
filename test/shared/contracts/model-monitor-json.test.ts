import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  constraintsText,
  DEFAULT_MONITORING_CONFIG,
  parseConstraints,
  parseConstraintsFile,
} from "../../../shared/contracts/constraints-codec.ts";
import { parseStatistics, statisticsText } from "../../../shared/contracts/statistics-codec.ts";
import { parseViolations, violationsText } from "../../../shared/contracts/violations-file.ts";

const sample = (path: string): string =>
  readFileSync(new URL(`../../samples/${path}`, import.meta.url), "utf8");

const REAL_FILES = [
  ["sdk_tests/statistics.json", (text: string) => statisticsText(parseStatistics(text))],
  ["sdk_tests/constraints.json", (text: string) => constraintsText(parseConstraintsFile(text))],
  ["sdk_tests/constraint_violations.json", (text: string) => violationsText(parseViolations(text))],
  [
    "quality_check_step/data_quality/statistics.json",
    (text: string) => statisticsText(parseStatistics(text)),
  ],
  [
    "quality_check_step/data_quality/good_cases/constraints.json",
    (text: string) => constraintsText(parseConstraintsFile(text)),
  ],
  [
    "quality_check_step/data_quality/bad_cases/constraints.json",
    (text: string) => constraintsText(parseConstraintsFile(text)),
  ],
] as const;

describe("the codecs of Model Monitor's files", () => {
  it.each(REAL_FILES)("write %s with the values they read", (path, roundTrip) => {
    expect(JSON.parse(roundTrip(sample(path)))).toEqual(JSON.parse(sample(path)));
  });

  const bytesOfTheAnalyzer = REAL_FILES.filter(([path]) => sample(path).includes('" : '));

  it.each(bytesOfTheAnalyzer)("write %s with the bytes they read", (path, roundTrip) => {
    expect(roundTrip(sample(path))).toBe(sample(path).trimEnd());
  });

  it("cover files of the analyzer and files written by hand", () => {
    expect(bytesOfTheAnalyzer).toHaveLength(4);
    expect(REAL_FILES).toHaveLength(6);
  });

  it("keep NaN and infinities as the texts that Java writes", () => {
    const text = statisticsText({
      version: 0,
      dataset: { item_count: 1 },
      features: [
        {
          name: "x",
          inferred_type: "Fractional",
          numerical_statistics: {
            common: { num_present: 1, num_missing: 0 },
            mean: Number.NaN,
            sum: 1.44e10,
            std_dev: 0,
            min: Number.NEGATIVE_INFINITY,
            max: Number.POSITIVE_INFINITY,
          },
        },
      ],
    });
    expect(text).toContain('"mean" : "NaN"');
    expect(text).toContain('"sum" : 1.44E10');
    expect(text).toContain('"min" : "-Infinity"');
    expect(statisticsText(parseStatistics(text))).toBe(text);
  });
});

const constraintsOf = (feature: object, config: object = {}): string =>
  JSON.stringify({
    version: 0,
    features: [{ name: "age", inferred_type: "Integral", completeness: 1, ...feature }],
    monitoring_config: config,
  });

describe("parseConstraints", () => {
  it("fills in what Model Monitor emits where a key is missing", () => {
    const { features, monitoring_config } = parseConstraints(constraintsOf({}));
    expect(monitoring_config).toEqual(DEFAULT_MONITORING_CONFIG);
    expect(features).toEqual([{ name: "age", inferred_type: "Integral", completeness: 1 }]);
    const file2021 = sample("quality_check_step/data_quality/good_cases/constraints.json");
    expect(parseConstraints(file2021).monitoring_config).toEqual(DEFAULT_MONITORING_CONFIG);
  });

  it("reads the switches of 2019 by their old names", () => {
    const old = sample("sdk_tests/constraints.json");
    expect(parseConstraints(old).monitoring_config.distribution_constraints).toEqual({
      ...DEFAULT_MONITORING_CONFIG.distribution_constraints,
      perform_comparison: "Enabled",
      comparison_threshold: 1,
    });
    const off = constraintsOf({}, { distribution_constraints: { enable_comparisons: false } });
    const { distribution_constraints } = parseConstraints(off).monitoring_config;
    expect(distribution_constraints.perform_comparison).toBe("Disabled");
  });

  it.each([
    ["the documentation's", { monitoringConfigOverrides: { evaluate_constraints: "Disabled" } }],
    [
      "the SDK's, of strings",
      {
        inferred_type: "String",
        string_constraints: { monitoring_config_overrides: { evaluate_constraints: "Disabled" } },
      },
    ],
    [
      "the SDK's, of numbers",
      { num_constraints: { monitoring_config_overrides: { evaluate_constraints: "Disabled" } } },
    ],
    ["ours", { monitoring_config_overrides: { evaluate_constraints: "Disabled" } }],
  ])("reads overrides in %s spelling and writes one", (_, feature) => {
    const parsed = parseConstraints(constraintsOf(feature));
    expect(parsed.features[0]?.monitoring_config_overrides).toEqual({
      evaluate_constraints: "Disabled",
    });
    expect(parseConstraints(constraintsText(parsed))).toEqual(parsed);
  });

  it("prefers the override nearest to the feature, key by key", () => {
    const parsed = parseConstraints(
      constraintsOf({
        string_constraints: {
          monitoring_config_overrides: {
            datatype_check_threshold: 0.5,
            distribution_constraints: { comparison_threshold: 0.2, comparison_method: "Simple" },
          },
        },
        monitoring_config_overrides: { distribution_constraints: { comparison_threshold: 0.3 } },
      }),
    );
    expect(parsed.features[0]?.monitoring_config_overrides).toEqual({
      datatype_check_threshold: 0.5,
      distribution_constraints: { comparison_threshold: 0.3, comparison_method: "Simple" },
    });
  });
});

describe("a faulty constraints.json", () => {
  it.each([
    [
      constraintsOf({ completeness: 1.2 }),
      'constraints.json: feature "age": completeness 1.2: is not in [0, 1]',
    ],
    [
      constraintsOf({}, { distribution_constraints: { comparison_threshold: -0.1 } }),
      "constraints.json: monitoring_config.distribution_constraints.comparison_threshold -0.1: " +
        "is not in [0, 1]",
    ],
    [
      constraintsOf({}, { datatype_check_threshold: "1.0" }),
      'constraints.json: monitoring_config.datatype_check_threshold "1.0": is not a number',
    ],
    [
      constraintsOf({ inferred_type: "Boolean" }),
      'constraints.json: feature "age": inferred_type "Boolean": ' +
        "is not Integral, Fractional, String or Unknown",
    ],
    [
      JSON.stringify({
        version: 0,
        features: ["age", "age"].map((name) => ({ name, inferred_type: "String" })),
      }),
      'constraints.json: feature "age": name "age": is there twice',
    ],
    ['{"version": 0}', "constraints.json: features (absent): is not a list"],
    ['{"version": "1.0", "features": []}', 'constraints.json: version "1.0": is not 0'],
    ["<html>", 'constraints.json: "<html>": is not JSON'],
  ])("is refused with the place, the value and the rule: %s", (text, message) => {
    expect(() => parseConstraints(text)).toThrow(message);
  });
});

describe("a faulty statistics.json", () => {
  const real = () => JSON.parse(sample("quality_check_step/data_quality/statistics.json"));

  it("is refused when a sketch does not weigh what was counted", () => {
    const broken = real();
    broken.features[1].numerical_statistics.distribution.kll.sketch.data[0].pop();
    expect(() => parseStatistics(JSON.stringify(broken))).toThrow(
      /^statistics.json: feature "_c1": .*has a sketch whose weight is not num_present$/,
    );
  });

  it("is refused when a count is no count", () => {
    const broken = real();
    broken.features[0].numerical_statistics.common.num_missing = -1;
    expect(() => parseStatistics(JSON.stringify(broken))).toThrow(
      'statistics.json: feature "_c0": numerical_statistics.common.num_missing -1: is not a count',
    );
  });

  it.each([
    { parameter: "k", value: 0, rule: "is not at least 2" },
    { parameter: "c", value: 1.5, rule: "is not in (0, 1]" },
  ])("is refused when a sketch has $parameter $value", ({ parameter, value, rule }) => {
    const broken = real();
    broken.features[1].numerical_statistics.distribution.kll.sketch.parameters[parameter] = value;
    expect(() => parseStatistics(JSON.stringify(broken))).toThrow(`${parameter} ${value}: ${rule}`);
  });

  it("is refused when a sketch holds a NaN, which would make every distance one", () => {
    const broken = real();
    broken.features[2].numerical_statistics.distribution.kll.sketch.data[0][3] = "NaN";
    expect(() => parseStatistics(JSON.stringify(broken))).toThrow(
      /^statistics.json: feature "_c2": .*sketch.data .*: is not a list of lists of finite numbers, 53 /,
    );
  });
});
