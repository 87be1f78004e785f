import { describe, expect, it } from "vitest";
import due from "../../../events/check-data-quality/check-due.json" with { type: "json" };
import scheduled from "../../../events/plan-checks/scheduled-event.json" with { type: "json" };
import created from "../../../events/profile-capture/object-created.json" with { type: "json" };
import changed from "../../../events/register-monitor/monitor-changed.json" with { type: "json" };
import { checkDue } from "../../../shared/contracts/check-due.ts";
import { monitorEvent } from "../../../shared/contracts/monitor-changed.ts";
import { objectCreated } from "../../../shared/contracts/object-created.ts";
import { planDue } from "../../../shared/contracts/plan-due.ts";

const bodyOf = (event: { Records: { body: string }[] }) => JSON.parse(event.Records[0]!.body);

describe("planDue", () => {
  const nowMillis = Date.parse("2026-01-15T11:25:00Z");

  it("takes its time from a rule's envelope and from a scheduler's input", () => {
    expect(planDue.parse(scheduled)).toEqual({ nowMillis });
    expect(planDue.parse({ scheduledTime: "2026-01-15T12:25:00+01:00" })).toEqual({ nowMillis });
  });

  it.each(["yesterday", "2026-01-15", "2026-01-15T11:25:00", "1768476300"])(
    "refuses the time %j, which names no instant",
    (time) => {
      expect(planDue.safeParse({ ...scheduled, time }).success).toBe(false);
      expect(planDue.safeParse({ scheduledTime: time }).success).toBe(false);
    },
  );
});

describe("objectCreated", () => {
  it("lets keys pass that AWS adds", () => {
    const event = bodyOf(created);
    event.detail.object["checksum-type"] = "FULL_OBJECT";
    event["trace-header"] = "Root=1";
    expect(objectCreated.parse(event)).toEqual(event);
  });

  it("needs no etag or size, but a key", () => {
    const event = bodyOf(created);
    event.detail.object = { key: "captures/x.jsonl" };
    expect(objectCreated.safeParse(event).success).toBe(true);
    event.detail.object = { etag: "x" };
    expect(objectCreated.safeParse(event).success).toBe(false);
  });
});

describe("checkDue", () => {
  const withDetail = (detail: object) => {
    const event = bodyOf(due);
    return { ...event, detail: { ...event.detail, ...detail } };
  };
  const window = (from: string, to: string) => ({ window: { from, to } });

  it("takes a window of whole hours", () => {
    expect(checkDue.safeParse(withDetail({})).success).toBe(true);
  });

  it.each([
    window("2026-01-15T10:00:00Z", "2026-01-15T10:00:00Z"),
    window("2026-01-15T11:00:00Z", "2026-01-15T10:00:00Z"),
    window("2026-01-15T10:00:00Z", "2026-01-15T10:30:00Z"),
    { check: "horoscope" },
    { endpoint: "" },
    { cause: "boredom" },
  ])("refuses %j", (detail) => {
    expect(checkDue.safeParse(withDetail(detail)).success).toBe(false);
  });
});

describe("monitorEvent", () => {
  it("names the endpoint of a file, of our own event, and of none", () => {
    const file = (type: string, key: string) =>
      monitorEvent.parse({ ...bodyOf(created), "detail-type": type, detail: { object: { key } } });
    expect(monitorEvent.parse(bodyOf(changed))).toEqual({ endpoint: "churn" });
    expect(file("Object Created", "monitors/churn.yml").endpoint).toBe("churn");
    expect(file("Object Deleted", "monitors/churn-eu.yml").endpoint).toBe("churn-eu");
    for (const key of ["monitors/a/b.yml", "monitors/x.txt", "monitors/.yml", "other/churn.yml"]) {
      expect(file("Object Created", key).endpoint).toBeNull();
    }
  });
});
