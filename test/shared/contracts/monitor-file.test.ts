import { describe, expect, it } from "vitest";
import { parseMonitorFile } from "../../../shared/contracts/monitor-file.ts";
import { MonitoringError } from "../../../shared/contracts/monitoring-error.ts";

const GOOD = `endpoint: churn
problem: binary-classification
capture: s3://plumbline-local/captures/churn
prediction: { probability: 0, threshold: 0.5 }
baseline: s3://plumbline-local/baselines/churn/v1/
checks:
  dataQuality: { every: PT1H, dialect: sagemaker }
notify: [mailto:ml-team@example.com]
`;

const refusal = (text: string): string => {
  try {
    parseMonitorFile(text, "churn.yml");
  } catch (error) {
    if (error instanceof MonitoringError) return error.message;
    throw error;
  }
  return "accepted";
};

describe("parseMonitorFile", () => {
  it("reads a definition and fills in what it leaves open", () => {
    expect(parseMonitorFile(GOOD, "churn.yml")).toEqual({
      endpoint: "churn",
      problem: "binary-classification",
      capture: "s3://plumbline-local/captures/churn",
      prediction: { probability: 0, threshold: 0.5 },
      baseline: "s3://plumbline-local/baselines/churn/v1/",
      checks: {
        dataQuality: {
          every: "PT1H",
          dialect: "sagemaker",
          minimumRows: 1,
          columns: "outputs-and-inputs",
        },
      },
      labels: { expectedWithin: "P30D", minimumCoverage: 0.8 },
      metrics: [],
      notify: ["mailto:ml-team@example.com"],
      alarms: { latencyMillis: 1000, serverErrorPercent: 1, rejectedLabelPercent: 5 },
      evaluation: {
        margin: 0,
        slices: [],
        sliceMargin: 0,
        minimumRows: 200,
        minimumSliceRows: 50,
      },
      approval: { required: true, expiresAfter: "P3D" },
      rollout: {
        strategy: "weights",
        steps: [5, 100],
        bake: "PT1H",
        minimumSamples: 200,
        tolerated: {
          errorPercent: 0.1,
          latencyPercent: 10,
          predictionDistance: 0.2,
          qualityLoss: 0.01,
        },
        holdFor: "P1D",
        onLowTraffic: "roll-back",
        falseRollBackPercent: 1,
      },
    });
  });

  it("fills in how model quality is judged when a definition asks for it", () => {
    const text = GOOD.replace("  dataQuality:", "  modelQuality: {}\n  dataQuality:");
    expect(parseMonitorFile(text, "churn.yml").checks.modelQuality).toEqual({
      every: "P7D",
      dialect: "calibrated",
      minimumLabels: 100,
    });
  });

  it("takes the names of classes with the columns of their probabilities, and neither alone", () => {
    const classes = "[cat, 1, owl]";
    const of = (prediction: string, problem = "multiclass-classification") =>
      GOOD.replace("binary-classification", problem).replace(
        "{ probability: 0, threshold: 0.5 }",
        prediction,
      );
    const columns = `{ label: 0, classes: ${classes}, probabilities: [1, 2, 3] }`;
    expect(parseMonitorFile(of(columns), "churn.yml").prediction).toEqual({
      label: 0,
      classes: ["cat", 1, "owl"],
      probabilities: [1, 2, 3],
    });
    const list = `{ classes: ${classes}, probabilities: scores }`;
    expect(refusal(of(list))).toBe("accepted");
    expect(refusal(of(columns, "regression"))).toContain(
      "prediction.classes: is of several classes: must stand in a multiclass-classification alone",
    );
    expect(refusal(of(`{ classes: ${classes} }`))).toContain(
      "prediction.classes: must stand with prediction.probabilities",
    );
    expect(refusal(of("{ probabilities: [1] }"))).toContain(
      "prediction.probabilities: must stand with prediction.classes",
    );
    expect(refusal(of(`{ classes: ${classes}, probabilities: [1, 2] }`))).toContain(
      "prediction.probabilities: 2 columns of 3 classes: must be one a class",
    );
    expect(refusal(of("{ classes: [cat, cat], probabilities: [1, 2] }"))).toContain(
      "must not name one twice",
    );
  });

  it("takes every address that a message can go to", () => {
    const addresses = [
      "mailto:a@example.com",
      "https://hooks.example.com/x",
      "sms:+4915112345678",
      "tel:+4915112345678",
      "arn:aws:sqs:eu-central-1:123456789012:team",
    ];
    const text = GOOD.replace("[mailto:ml-team@example.com]", JSON.stringify(addresses));
    expect(parseMonitorFile(text, "churn.yml").notify).toEqual(addresses);
  });

  it.each([
    ["threshold: 0.5", "threshold: 1.5", "4:42: prediction.threshold: 1.5: must be in [0, 1]"],
    ["PT1H", "PT90M", '7:25: checks.dataQuality.every: "PT90M": must be a whole number of hours'],
    ["PT1H", "P8D", '7:25: checks.dataQuality.every: "P8D": must be at most a week'],
    ["sagemaker", "calibrated", '"calibrated": must be sagemaker'],
    ["endpoint: churn", "endpoint: my_model", '1:11: endpoint: "my_model": must be 1 to 63'],
    ["s3://plumbline-local/captures", "http://host", "3:10: capture:"],
    [
      "s3://plumbline-local/baselines/churn/v1/",
      "/tmp/x",
      '5:11: baseline: "/tmp/x": must be an S3',
    ],
    [
      "s3://plumbline-local/baselines/churn/v1/",
      "{ dataset: s3://bucket/x.parquet }",
      '5:22: baseline.dataset: "s3://bucket/x.parquet": must end in .csv',
    ],
    ["mailto:ml-team@example.com", "ftp://x", '8:10: notify.0: "ftp://x": must be mailto:'],
    ["mailto:ml-team@example.com", "sms:+1234567, sms:+1234567", "must not name one twice"],
    ["capture: s3://plumbline-local/captures/churn\n", "", "1:1: capture: is missing"],
    [
      "  dataQuality:",
      "  modelQuality: { every: P36D }\n  dataQuality:",
      '7:26: checks.modelQuality.every: "P36D": must be at most 5 weeks',
    ],
    ["{ every: PT1H, dialect: sagemaker }", "yes", '7:16: checks.dataQuality: "yes": must be keys'],
    ["notify:", "repair: { mode: automatic }\nnotify:", "8:1: repair: is not a key"],
    ["notify:", "alarms: { latencyMillis: 0 }\nnotify:", "must be a whole number of at least 1"],
    ["notify:", "alarms: { silentAfter: P60D }\nnotify:", '"P60D": must be at most 5 weeks'],
    ["notify:", "endpoint: other\nnotify:", "8:1: Map keys must be unique"],
    [
      "notify:",
      "constraints: { features: { age: { completenes: 1 } } }\nnotify:",
      "8:35: constraints.features.age.completenes: is not a key",
    ],
    [
      "notify:",
      "features: { names: [a, b] }\nnotify:",
      "8:20: features.names: names the columns of baseline.dataset",
    ],
  ])("refuses %j changed to %j, and says where", (from, to, message) => {
    expect(refusal(GOOD.replace(from, to))).toContain(message);
    expect(refusal(GOOD.replace(from, to))).toMatch(/^churn\.yml:\d+:\d+: /);
  });

  it("says that a file is empty", () => {
    for (const text of ["", "# later\n"])
      expect(refusal(text)).toContain(":1: the file is empty: ");
  });

  it("names every problem at once", () => {
    const text = GOOD.replace("PT1H", "PT90M").replace("threshold: 0.5", "threshold: -1");
    expect(refusal(text).split("\n")).toHaveLength(2);
  });

  it.each(["", "[1", "- 1", "null", "x".repeat(70_000), "a: &a [*a]"])(
    "refuses what is no definition at all: %#",
    (text) => {
      expect(refusal(text)).toMatch(/^churn\.yml:\d+:\d+: /);
    },
  );
});
