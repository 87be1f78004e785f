import { describe, expect, it } from "vitest";
import { alarmName, alarmsOf, parseAlarmName } from "../../../shared/alarm/alarms.ts";
import { definitionWith } from "../window/sample-definition.ts";

const alarms = (more = "", every = "PT1H") =>
  alarmsOf({
    stage: "prod",
    definition: definitionWith({ every, more }),
    variants: ["blue", "green"],
    watermarkMillis: 20 * 60_000,
  });

describe("alarmsOf", () => {
  it("watches drift, silence, absence, errors and latency of each variant", () => {
    expect(
      alarms().map(({ name, metricName, dimensions, missingData }) => [
        name,
        metricName,
        Object.values(dimensions).join(),
        missingData,
      ]),
    ).toEqual([
      ["plumbline-prod.churn.data-quality", "Violated", "churn,data-quality", "ignore"],
      ["plumbline-prod.churn.not-run", "ResultAgeSeconds", "churn,data-quality", "breaching"],
      [
        "plumbline-prod.churn.inconclusive",
        "ConclusiveAgeSeconds",
        "churn,data-quality",
        "notBreaching",
      ],
      ["plumbline-prod.churn.nothing-captured", "CapturedRecordCount", "churn", "breaching"],
      [
        "plumbline-prod.churn.server-errors.blue",
        "Invocation5XXErrors",
        "churn,blue",
        "notBreaching",
      ],
      ["plumbline-prod.churn.latency.blue", "ModelLatency", "churn,blue", "notBreaching"],
      [
        "plumbline-prod.churn.server-errors.green",
        "Invocation5XXErrors",
        "churn,green",
        "notBreaching",
      ],
      ["plumbline-prod.churn.latency.green", "ModelLatency", "churn,green", "notBreaching"],
    ]);
  });

  it("compares ModelLatency in microseconds, and errors as a fraction", () => {
    const thresholds = (more: string) =>
      Object.fromEntries(alarms(more).map(({ metricName, threshold }) => [metricName, threshold]));
    expect(thresholds("alarms: { latencyMillis: 100, serverErrorPercent: 5 }")).toMatchObject({
      ModelLatency: 100_000,
      Invocation5XXErrors: 0.05,
    });
    expect(thresholds("")).toMatchObject({ ModelLatency: 1_000_000, Invocation5XXErrors: 0.01 });
  });

  it("lets a period, the watermark and two plans pass before a missing result is an alarm", () => {
    const ageOf = (every: string) =>
      alarms("", every).find(({ metricName }) => metricName === "ResultAgeSeconds")?.threshold;
    expect(ageOf("PT1H")).toBe(3 * 3600 + 20 * 60);
    expect(ageOf("P1W")).toBe(7 * 86_400 + 2 * 3600 + 20 * 60);
  });

  it("lets three periods, or the silence that is allowed, end without a verdict", () => {
    const ageOf = (more: string) =>
      alarms(more).find(({ metricName }) => metricName === "ConclusiveAgeSeconds")?.threshold;
    expect(ageOf("")).toBe(5 * 3600 + 20 * 60);
    expect(ageOf("alarms: { silentAfter: PT12H }")).toBe(14 * 3600 + 20 * 60);
  });
});

describe("alarmName", () => {
  it.each([
    { stage: "prod", endpoint: "churn", kind: "not-run" } as const,
    { stage: "eu-prod", endpoint: "churn-eu", kind: "latency", variant: "slot-a" } as const,
  ])("is read back: %j", (name) => {
    expect(parseAlarmName(alarmName(name))).toEqual(name);
  });

  it("of one endpoint never begins that of another", () => {
    const of = (endpoint: string) => alarmName({ stage: "s", endpoint, kind: "not-run" });
    expect(of("churn-eu").startsWith(of("churn").slice(0, -"not-run".length))).toBe(false);
  });

  it.each([
    "plumbline-prod-check-data-quality-dead-letters",
    "plumbline-prod.churn.unheard-of",
    "other.churn.latency",
    "plumbline-prod.churn.latency.a.b",
    "",
  ])("is nobody's: %j", (name) => {
    expect(parseAlarmName(name)).toBeNull();
  });
});
