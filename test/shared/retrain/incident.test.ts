import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AnyCheckResult } from "../../../shared/contracts/quality-result.ts";
import type { Incident } from "../../../shared/contracts/self-healing/incident.ts";
import { alarmCauses } from "../../../shared/retrain/alarm-causes.ts";
import {
  type AlarmChange,
  afterAlarm,
  causesOf,
  openCausesOf,
} from "../../../shared/retrain/incident.ts";
import { runId } from "../../../shared/retrain/run-id.ts";

const at = (hour: number): string => new Date(Date.UTC(2026, 0, 1, hour)).toISOString();
const change = (alarm: string, state: "ALARM" | "OK", hour: number): AlarmChange => ({
  endpoint: "churn",
  alarm,
  state,
  at: at(hour),
  causes: [alarm === "drift" ? "drift" : "quality-loss"],
});

const toldOf = (changes: readonly AlarmChange[]): Incident | null =>
  changes.reduce<Incident | null>(afterAlarm, null);

describe("an incident", () => {
  it("is opened by the first alarm, gathers causes and is closed by the last to be over", () => {
    const open = toldOf([change("drift", "ALARM", 1), change("quality", "ALARM", 2)]);
    expect(openCausesOf(open!)).toEqual(["quality-loss", "drift"]);
    const half = afterAlarm(open, change("drift", "OK", 3))!;
    expect(openCausesOf(half)).toEqual(["quality-loss"]);
    expect(causesOf(half)).toEqual(["quality-loss", "drift"]);
    expect(half.closedAt).toBeUndefined();
    expect(afterAlarm(half, change("quality", "OK", 4))).toMatchObject({
      incident: open!.incident,
      openedAt: at(1),
      closedAt: at(4),
    });
  });

  it("begins with no word that nothing is wrong", () => {
    expect(toldOf([change("drift", "OK", 1)])).toBeNull();
  });

  it("keeps its first time however often an alarm is told, and takes what is newly measured", () => {
    const open = toldOf([change("quality", "ALARM", 1)]);
    const measured = { from: at(0), to: at(2) };
    const again = afterAlarm(open, { ...change("quality", "ALARM", 3), measured });
    expect(again!.alarms["quality"]).toEqual({
      state: "ALARM",
      since: at(1),
      causes: ["quality-loss"],
      measured,
    });
  });

  it("comes to the same when every change is told twice", () => {
    const changes = fc.array(
      fc.record({
        alarm: fc.constantFrom("drift", "quality"),
        state: fc.constantFrom("ALARM" as const, "OK" as const),
      }),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(changes, (drawn) => {
        const told = drawn.map(({ alarm, state }, hour) => change(alarm, state, hour));
        const twice = told.flatMap((each) => [each, each]);
        expect(toldOf(twice)).toEqual(toldOf(told));
      }),
    );
  });

  it("is another when an alarm comes after the last one was over, and none when it came before", () => {
    const over = toldOf([change("drift", "ALARM", 1), change("drift", "OK", 3)]);
    expect(afterAlarm(over, change("quality", "ALARM", 2))).toBe(over);
    const next = afterAlarm(over, change("drift", "ALARM", 4))!;
    expect(next.closedAt).toBeUndefined();
    expect(next.incident).not.toBe(over!.incident);
  });

  it("is not changed by a word that an older state of the alarm sends late", () => {
    const open = toldOf([change("drift", "ALARM", 1), change("quality", "ALARM", 5)]);
    expect(afterAlarm(open, change("quality", "OK", 4))).toBe(open);
  });
});

describe("alarmCauses", () => {
  const result = (...checks: string[]) =>
    ({
      check: "data-quality",
      checks: checks.map((check) => ({ feature: "age", check, outcome: "violated" })),
    }) as unknown as AnyCheckResult;

  it.each([
    ["data-quality", result("baseline_drift_check"), ["drift"]],
    ["data-quality", result("categorical_values_check"), ["drift"]],
    ["data-quality", result("missing_column_check"), ["broken-feed"]],
    [
      "data-quality",
      result("completeness_check", "baseline_drift_check"),
      ["broken-feed", "drift"],
    ],
    ["data-quality", null, ["unmeasured"]],
    ["data-quality", result(), ["unmeasured"]],
    ["model-quality", null, ["quality-loss"]],
    ["nothing-captured", null, ["broken-feed"]],
    ["latency", null, ["endpoint-health"]],
    ["server-errors", null, ["endpoint-health"]],
    ["not-run", null, ["unmeasured"]],
    ["inconclusive", null, ["unmeasured"]],
  ] as const)("takes %s for %j", (kind, found, causes) => {
    expect(alarmCauses(kind, found)).toEqual(causes);
  });

  it("leaves out checks that passed", () => {
    const passed = result("missing_column_check", "baseline_drift_check");
    const [missing, drift] = (passed as unknown as { checks: { outcome: string }[] }).checks;
    missing!.outcome = "passed";
    expect(drift!.outcome).toBe("violated");
    expect(alarmCauses("data-quality", passed)).toEqual(["drift"]);
  });
});

describe("runId", () => {
  it("is at most 51 characters long and valid as a name of SageMaker's", () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^[a-zA-Z0-9](?:-*[a-zA-Z0-9]){0,62}$/),
        fc.nat(),
        (endpoint, attempt) => {
          const id = runId(endpoint, "0123456789", attempt);
          expect(id).toMatch(/^[a-zA-Z0-9](?:-*[a-zA-Z0-9]){0,62}$/);
          expect(id.length).toBeLessThanOrEqual(51);
        },
      ),
    );
  });

  it("is another for another attempt, incident or endpoint of the same beginning", () => {
    const long = "a".repeat(41);
    const ids = [
      runId("churn", "i", 1),
      runId("churn", "i", 2),
      runId("churn", "j", 1),
      runId(`${long}b`, "i", 1),
      runId(`${long}c`, "i", 1),
    ];
    expect(new Set(ids).size).toBe(ids.length);
    expect(runId("churn", "i", 1)).toBe(ids[0]);
  });
});
