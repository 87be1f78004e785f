import { describe, expect, it } from "vitest";
import { alarmsOf } from "../../../shared/alarm/alarms.ts";
import { teamMessage } from "../../../shared/alarm/message.ts";
import { durationText } from "../../../shared/alarm/quality-message.ts";
import { qualityMetrics } from "../../../shared/alarm/quality-metrics.ts";
import type { QualityCheckResult } from "../../../shared/contracts/quality-result.ts";
import { sampleFinding } from "../quality/sample-result.ts";
import { definitionWith } from "../window/sample-definition.ts";

const inputs = { baseline: [], captures: [], labels: [], codeVersion: "1.0.0" };
const result: QualityCheckResult = { ...sampleFinding().result, inputs };

describe("the message of an alarm of model quality", () => {
  const window = { fromMillis: Date.UTC(2026, 0, 12), toMillis: Date.UTC(2026, 0, 19) };
  const message = teamMessage(
    {
      AlarmName: "plumbline-prod.churn.model-quality",
      AlarmDescription: "churn: the newest conclusive model-quality result violates the baseline.",
      NewStateValue: "ALARM",
      OldStateValue: "OK",
      NewStateReason: "Threshold Crossed",
      StateChangeTime: "2026-02-18T00:26:00Z",
    },
    {
      latest: {
        record: {
          ...{ check: "model-quality", variant: "_all", window },
          result: { objectCount: 9, revision: 4, outcome: { outcome: "violated" } },
        },
        result,
        reportUri: "s3://bucket/reports/report.html",
      },
      violatedSince: "2026-01-12T00:00:00Z",
    },
  );

  it("says each metric with its bounds and on how many labels", () => {
    expect(message?.subject).toBe("churn: model quality violated");
    expect(message?.text).toContain(
      "Violated metrics:\n- accuracy 0.91 → 0.841 (0.8278–0.8534) on 3,120 labelled of 3,600\n\n",
    );
  });

  it("says the window, its revision, and what to do next", () => {
    expect(message?.text).toContain(
      "Window: 2026-01-12T00:00:00Z to 2026-01-19T00:00:00Z, variant _all, revision 4.\n" +
        "Violated in every window since 2026-01-12T00:00:00Z.\n" +
        "Labelled: 3,120 of 3,600 captured rows. Violations: 1.\n",
    );
    expect(message?.text).toContain("What to do next:\n- Open the report");
    expect(message?.text).toContain("s3://bucket/reports/report.html");
  });

  it.each([
    [59, "59 seconds"],
    [1800, "30 minutes"],
    [10_800, "3 hours"],
    [1_296_000, "15 days"],
  ])("says %d seconds as %s", (seconds, text) => {
    expect(durationText(seconds)).toBe(text);
  });
});

describe("the metrics of a quality result", () => {
  const metrics = qualityMetrics({ endpoint: "churn", variant: "_all" }, result);

  it("carry their bounds: the average is the value, minimum and maximum are its interval", () => {
    const { value, interval } = result.metrics.find(({ metric }) => metric === "accuracy")!;
    expect(metrics.find(({ name }) => name === "accuracy")).toEqual({
      name: "accuracy",
      dimensions: { Endpoint: "churn", Variant: "_all", Check: "model-quality" },
      unit: "None",
      value: {
        sampleCount: 3120,
        sum: value! * 3120,
        minimum: interval!.lower,
        maximum: interval!.upper,
      },
    });
  });

  it("say how much was labelled, and the verdict", () => {
    const numbers = Object.fromEntries(metrics.map(({ name, value }) => [name, value]));
    expect(numbers).toMatchObject({
      CapturedRowCount: 3600,
      LabelledRowCount: 3120,
      LabelledFraction: 3120 / 3600,
      ViolationCount: 1,
      Verdict: 2,
    });
  });

  it("leave out what an inconclusive result did not measure", () => {
    const outcome = { outcome: "inconclusive", reason: "no-labels", explanation: "none" } as const;
    const names = qualityMetrics({ endpoint: "churn", variant: "_all" }, { ...result, outcome });
    expect(names.map(({ name }) => name)).toEqual([
      ...["CapturedRowCount", "LabelledRowCount", "LabelledFraction"],
      ...["InconclusiveCount", "Verdict"],
    ]);
  });
});

describe("the alarms of a definition with model quality", () => {
  const alarms = (checks: string) =>
    alarmsOf({
      stage: "prod",
      definition: definitionWith({ checks }),
      variants: [],
      watermarkMillis: 1_200_000,
    });

  it("are three more, for a drop, for silence and for labels that are rejected", () => {
    const without = alarms("").map(({ name }) => name);
    const added = alarms("  modelQuality: {}\n").filter(({ name }) => !without.includes(name));
    const own = { Endpoint: "churn", Check: "model-quality" };
    expect(added.map(({ name, metricName, dimensions }) => [name, metricName, dimensions])).toEqual(
      [
        ["plumbline-prod.churn.model-quality", "Violated", own],
        ["plumbline-prod.churn.model-quality-not-run", "ResultAgeSeconds", own],
        ["plumbline-prod.churn.rejected-labels", "RejectedLabelFraction", { Endpoint: "churn" }],
      ],
    );
  });
});
