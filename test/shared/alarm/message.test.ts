import { describe, expect, it } from "vitest";
import composite from "../../../events/notify-team/composite.json" with { type: "json" };
import deadLetters from "../../../events/notify-team/dead-letters.json" with { type: "json" };
import latency from "../../../events/notify-team/latency.json" with { type: "json" };
import notRun from "../../../events/notify-team/not-run.json" with { type: "json" };
import over from "../../../events/notify-team/over.json" with { type: "json" };
import violated from "../../../events/notify-team/violated.json" with { type: "json" };
import { type AlarmContext, teamMessage, worstFeatures } from "../../../shared/alarm/message.ts";
import {
  newestViolated,
  otherWindows,
  violatedSinceMillis,
} from "../../../shared/alarm/violated-since.ts";
import { type AlarmMessage, alarmMessage } from "../../../shared/contracts/alarm-message.ts";
import type { CheckResult, FeatureCheck } from "../../../shared/contracts/check-result.ts";
import type { WindowRecord } from "../../../shared/window/plan.ts";
import { HOUR_MILLIS } from "../../../shared/window/window.ts";

const alarmIn = (event: typeof violated): AlarmMessage =>
  alarmMessage.parse(JSON.parse(event.Records[0]!.Sns.Message));

const START = Date.parse("2026-01-15T09:00:00Z");
const windowRecord = (hour: number, outcome: "passed" | "violated", variant = "_all") =>
  ({
    check: "data-quality",
    variant,
    window: { fromMillis: START + hour * HOUR_MILLIS, toMillis: START + (hour + 1) * HOUR_MILLIS },
    result: { objectCount: 3, revision: 2, outcome: { outcome } },
  }) satisfies WindowRecord;

const drift = (feature: string, observed: number): FeatureCheck => ({
  ...{ feature, check: "baseline_drift_check", outcome: "violated", observed, threshold: 0.1 },
});

const context: AlarmContext = {
  latest: {
    record: windowRecord(1, "violated"),
    result: {
      rowCount: 500,
      violationCount: 2,
      violatedFeatureCount: 2,
      checks: [drift("calls", 0.25), drift("amount", 0.734567)],
    } as unknown as CheckResult,
    reportUri: "s3://bucket/reports/churn/report.html",
  },
  violatedSince: "2026-01-15T09:00:00Z",
};

describe("teamMessage", () => {
  it("says what is wrong, since when, where, in which features, and what to do", () => {
    expect(teamMessage(alarmIn(violated), context)).toEqual({
      endpoint: "churn",
      subject: "churn: data quality violated",
      text: `churn: data quality violated.
churn: the newest conclusive data-quality result violates the baseline. In alarm \
since 2026-01-15T11:27:12.345+0000.

Window: 2026-01-15T10:00:00Z to 2026-01-15T11:00:00Z, variant _all, revision 2.
Violated in every window since 2026-01-15T09:00:00Z.
Rows: 500. Violations: 2. Violated features: 2.

Worst features:
- amount: baseline_drift_check, 0.7346 against 0.1
- calls: baseline_drift_check, 0.25 against 0.1

Report: s3://bucket/reports/churn/report.html

What to do next:
- Open the report and look at the features above: did a producer change a unit, a type or a default?
- A broken feed is repaired at its source.
- Real change of the world asks for a new model, and then a new baseline.

Alarm: plumbline-local.churn.data-quality
CloudWatch says: Threshold Crossed: 1 out of the last 1 datapoints [1.0 (15/01/26 11:26:00)] was \
greater than the threshold (0.0) (minimum 1 datapoint for OK -> ALARM transition).
`,
    });
  });

  it("says so when the window after it passed again, and when no result can be read", () => {
    const passed = { ...context, passedAt: "2026-01-15T12:00:00Z" };
    expect(teamMessage(alarmIn(violated), passed)?.text).toContain(
      "The window that ended at 2026-01-15T12:00:00Z passed again.",
    );
    expect(teamMessage(alarmIn(violated), {})?.text).toContain("No violated result could be read");
  });

  it("says how many windows are violated, and that newer ones are being checked still", () => {
    const told = (alsoViolatedCount: number, unfinishedCount: number) => {
      const others = { alsoViolatedCount, unfinishedCount };
      return teamMessage(alarmIn(violated), { ...context, others })?.text ?? "";
    };
    expect(told(0, 0)).toBe(teamMessage(alarmIn(violated), context)?.text);
    expect(told(2, 0)).toContain("It is the newest of 3 violated windows in a row.\n");
    expect(told(0, 1)).toContain("1 newer window is being checked just now: look at the reports");
    expect(told(0, 3)).toContain("3 newer windows are being checked just now: look at the reports");
  });

  it("says how many labels were rejected, and where their reasons are", () => {
    const AlarmName = "plumbline-local.churn.rejected-labels";
    const received = { acceptedCount: 12_000, duplicateCount: 30, rejectedCount: 1500 };
    const message = teamMessage({ ...alarmIn(violated), AlarmName }, { received });
    expect(message?.subject).toBe("churn: labels are rejected");
    expect(message?.text).toContain(
      "\nLabels of 24 hours: 1,500 rejected, 12,000 accepted, 30 known already.\n",
    );
    expect(message?.text).toContain("read quarantine/churn/_labels/: it holds the lines");
  });

  it("gives the reason when checks say nothing", () => {
    const AlarmName = "plumbline-local.churn.inconclusive";
    const explanation = "baseline: s3://b/x: must be there";
    const outcome = { outcome: "inconclusive", reason: "no-baseline", explanation } as const;
    const inconclusive = {
      ...windowRecord(1, "passed"),
      result: { objectCount: 3, revision: 1, outcome },
    };
    const message = teamMessage({ ...alarmIn(violated), AlarmName }, { inconclusive });
    expect(message).toMatchObject({
      subject: "churn: the checks say nothing",
      text: expect.stringContaining("no-baseline: baseline: s3://b/x: must be there."),
    });
  });

  it("tells when it is over", () => {
    expect(teamMessage(alarmIn(over), {})).toMatchObject({
      endpoint: "churn",
      subject: "Over: churn: data quality violated",
      text: expect.stringContaining("No longer true since 2026-01-15T11:27:12.345+0000"),
    });
  });

  it("does not tell that a new alarm finds nothing wrong", () => {
    const first = { ...alarmIn(over), OldStateValue: "INSUFFICIENT_DATA" };
    expect(teamMessage(first, {})).toBeNull();
    expect(teamMessage({ ...first, NewStateValue: "ALARM" }, {})).not.toBeNull();
  });

  it.each([
    [notRun, "churn", "churn: the monitor did not run", "plan-checks"],
    [latency, "churn", "churn: the endpoint is slow", "Variant: AllTraffic."],
    [
      deadLetters,
      "_stack",
      "plumbline-local-check-data-quality-dead-letters",
      "Messages wait in plumbline-local-check-data-quality-dead-letters.",
    ],
    [composite, "_stack", "somebody-elses-composite", "none of an endpoint's monitor"],
  ])("has something to say of every alarm: %#", (event, endpoint, subject, text) => {
    const message = teamMessage(alarmIn(event as typeof violated), {});
    expect(message).toMatchObject({ endpoint, subject, text: expect.stringContaining(text) });
  });

  it("keeps the subject to what SNS takes", () => {
    const AlarmName = `übel\n${"x".repeat(200)}`;
    const message = teamMessage({ ...alarmIn(deadLetters as typeof violated), AlarmName }, {});
    expect(message?.subject).toMatch(/^[\x20-\x7e]{1,100}$/);
  });
});

describe("alarmMessage", () => {
  it("takes dimensions in either case, and alarms of a form not seen before", () => {
    const alarm = JSON.parse(deadLetters.Records[0]!.Sns.Message);
    alarm.Trigger.Dimensions = [{ Name: "QueueName", Value: "a-queue" }];
    expect(teamMessage(alarmMessage.parse(alarm), {})?.text).toContain("Messages wait in a-queue.");
    alarm.Trigger = { Metrics: [], Dimensions: "none" };
    expect(alarmMessage.parse(alarm).Trigger).toBeUndefined();
  });
});

describe("worstFeatures", () => {
  it("puts what has no number first, then the farthest from its limit, and five at most", () => {
    const column: FeatureCheck = {
      ...{ feature: "Missing columns", check: "missing_column_check", outcome: "violated" },
      ...{ observed: null, threshold: null, explanation: "3 of 4 columns" },
    };
    const passed: FeatureCheck = { ...drift("calm", 0), outcome: "passed" };
    const many = [0.2, 0.3, 0.4, 0.5, 0.6, 0.7].map((distance) => drift(`f${distance}`, distance));
    expect(worstFeatures([passed, ...many, column])).toEqual([
      "Missing columns: missing_column_check, 3 of 4 columns",
      "f0.7: baseline_drift_check, 0.7 against 0.1",
      "f0.6: baseline_drift_check, 0.6 against 0.1",
      "f0.5: baseline_drift_check, 0.5 against 0.1",
      "f0.4: baseline_drift_check, 0.4 against 0.1",
      "and 2 more",
    ]);
  });
});

describe("violatedSinceMillis", () => {
  it("goes back over violated windows of the same variant alone", () => {
    const windows = [
      windowRecord(0, "violated"),
      windowRecord(1, "passed"),
      windowRecord(2, "violated"),
      windowRecord(2, "passed", "canary"),
      windowRecord(3, "violated"),
      windowRecord(3, "violated", "canary"),
      windowRecord(4, "passed"),
    ];
    const newest = newestViolated(windows, "data-quality")!;
    expect(newest).toEqual(windows[4]);
    expect(violatedSinceMillis(windows, newest)).toBe(START + 2 * HOUR_MILLIS);
    expect(newestViolated([windowRecord(0, "passed")], "data-quality")).toBeUndefined();
  });

  it("counts the violated windows of the run, and newer ones that have no result yet", () => {
    const issued = { objectCount: 1, atMillis: START };
    const { result: _, ...unfinished } = windowRecord(5, "passed");
    const { result: __, ...notIssued } = windowRecord(6, "passed");
    const windows = [
      windowRecord(0, "violated"),
      windowRecord(1, "passed"),
      ...[2, 3, 4].map((hour) => windowRecord(hour, "violated")),
      { ...unfinished, issued },
      { ...unfinished, issued, variant: "canary" },
      { ...unfinished, issued, check: "model-quality" as const },
      notIssued,
    ];
    const newest = newestViolated(windows, "data-quality")!;
    expect(otherWindows(windows, newest)).toEqual({ alsoViolatedCount: 2, unfinishedCount: 1 });
  });
});
