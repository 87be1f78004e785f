import { describe, expect, it } from "vitest";
import { gaugesOf } from "../../../shared/alarm/gauges.ts";
import type { Outcome } from "../../../shared/contracts/outcome.ts";
import type { EndpointHistory, WindowRecord } from "../../../shared/window/plan.ts";
import { HOUR_MILLIS } from "../../../shared/window/window.ts";
import { definitionWith } from "../window/sample-definition.ts";

const START = Date.parse("2026-01-12T00:00:00Z");
const NOW = START + 5 * HOUR_MILLIS + 25 * 60_000;
const INCONCLUSIVE: Outcome = {
  outcome: "inconclusive",
  reason: "no-captures",
  explanation: "0 requests were captured in the window",
};

const windowRecord = (
  hour: number,
  outcome: Outcome | Outcome["outcome"],
  variant = "_all",
): WindowRecord => ({
  check: "data-quality",
  variant,
  window: {
    fromMillis: START + hour * HOUR_MILLIS,
    toMillis: START + (hour + 1) * HOUR_MILLIS,
  },
  result: {
    objectCount: 1,
    revision: 1,
    outcome: (typeof outcome === "string" ? { outcome } : outcome) as Outcome,
  },
});

const gauges = (given: Partial<EndpointHistory>, more = "") =>
  Object.fromEntries(
    gaugesOf({
      definition: definitionWith({ more }),
      history: { definedAtMillis: START, hours: [], windows: [], ...given },
      nowMillis: NOW,
      watermarkMillis: 20 * 60_000,
    }).map(({ name, value }) => [name, value]),
  );

describe("gaugesOf", () => {
  it("says nothing of violations before there is a conclusive result", () => {
    const windows = [windowRecord(3, INCONCLUSIVE)];
    expect(gauges({})).not.toHaveProperty("Violated");
    expect(gauges({ windows })).not.toHaveProperty("Violated");
  });

  it.each([
    { why: "the newest window is", outcomes: ["passed", "violated"], expected: 1 },
    { why: "only an older one was", outcomes: ["violated", "passed"], expected: 0 },
    { why: "a newer one says nothing", outcomes: ["violated", INCONCLUSIVE], expected: 1 },
  ] as const)("is violated or not when $why", ({ outcomes, expected }) => {
    const windows = outcomes.map((outcome, hour) => windowRecord(hour, outcome));
    expect(gauges({ windows }).Violated).toBe(expected);
  });

  it("is violated when only one variant is", () => {
    const windows = [
      windowRecord(3, "passed"),
      windowRecord(3, "violated", "canary"),
      windowRecord(3, "passed", "main"),
    ];
    expect(gauges({ windows }).Violated).toBe(1);
  });

  it("ages from the end of the newest window with any result of the aggregate", () => {
    expect(gauges({}).ResultAgeSeconds).toBe((NOW - START) / 1000);
    const windows = [windowRecord(2, "passed"), windowRecord(3, INCONCLUSIVE)];
    expect(gauges({ windows }).ResultAgeSeconds).toBe(85 * 60);
    const ofVariant = [windowRecord(2, "passed"), windowRecord(3, "passed", "canary")];
    expect(gauges({ windows: ofVariant }).ResultAgeSeconds).toBe(145 * 60);
  });

  it("ages by verdicts alone too, so that results that never say anything are seen", () => {
    const windows = [windowRecord(1, "passed"), windowRecord(2, INCONCLUSIVE)];
    expect(gauges({ windows })).toMatchObject({
      ConclusiveAgeSeconds: 205 * 60,
      ResultAgeSeconds: 145 * 60,
    });
  });

  it("puts the fraction of a day's labels that were rejected, and none without labels", () => {
    const received = (hoursAgo: number, [accepted, duplicate, rejected]: number[]) => ({
      hourMillis: NOW - 25 * 60_000 - hoursAgo * HOUR_MILLIS,
      ...{ writeCount: 1, acceptedCount: accepted!, duplicateCount: duplicate! },
      rejectedCount: rejected!,
    });
    const labels = [received(25, [0, 0, 90]), received(24, [60, 10, 5]), received(0, [20, 0, 5])];
    expect(gauges({ labels }).RejectedLabelFraction).toBe(0.1);
    expect(gauges({ labels: labels.slice(0, 1) })).not.toHaveProperty("RejectedLabelFraction");
    expect(gauges({})).not.toHaveProperty("RejectedLabelFraction");
  });

  it("counts the records of the last whole period before the watermark", () => {
    const hours = [2, 3, 4, 5].map((hour) => ({
      ...{ hourMillis: START + hour * HOUR_MILLIS, variant: "main" },
      ...{ objectCount: 1, recordCount: 10 ** hour },
    }));
    expect(gauges({ hours }).CapturedRecordCount).toBe(10_000);
    const longer = gauges({ hours }, "alarms: { silentAfter: PT3H }");
    expect(longer.CapturedRecordCount).toBe(11_100);
    expect(gauges({}).CapturedRecordCount).toBe(0);
  });
});
