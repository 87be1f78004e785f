import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CheckDueDetail } from "../../../shared/contracts/check-due.ts";
import {
  type CapturedHour,
  type EndpointHistory,
  planChecks,
  RETRY_AFTER_MILLIS,
  type WindowRecord,
} from "../../../shared/window/plan.ts";
import { HOUR_MILLIS } from "../../../shared/window/window.ts";
import { definitionWith } from "./sample-definition.ts";

const START = Date.parse("2026-01-12T00:00:00Z");
const WATERMARK = 20 * 60_000;

const hour = (index: number, objectCount = 1, variant = "blue"): CapturedHour => ({
  hourMillis: START + index * HOUR_MILLIS,
  variant,
  objectCount,
  recordCount: objectCount * 10,
});

const history = (given: Partial<EndpointHistory> = {}): EndpointHistory => ({
  definedAtMillis: START,
  hours: [],
  windows: [],
  ...given,
});

const plan = (given: Partial<EndpointHistory>, nowMillis: number, every = "PT1H") =>
  planChecks({
    definition: definitionWith({ every }),
    history: history(given),
    nowMillis,
    watermarkMillis: WATERMARK,
  });

const brief = ({ variant, window, cause }: CheckDueDetail) =>
  `${variant} ${window.from.slice(5, 13)}/${window.to.slice(5, 13)} ${cause}`;

describe("planChecks", () => {
  it("waits for the watermark after a window's end", () => {
    const hours = [hour(0)];
    const end = START + HOUR_MILLIS;
    expect(plan({ hours }, end + WATERMARK - 1)).toEqual([]);
    expect(plan({ hours }, end + WATERMARK)).toEqual([
      {
        endpoint: "churn",
        variant: "_all",
        check: "data-quality",
        window: { from: "2026-01-12T00:00:00Z", to: "2026-01-12T01:00:00Z" },
        cause: "due",
        objectCount: 1,
      },
    ]);
  });

  it("issues empty windows too, from the monitor's definition on", () => {
    const now = START + 3 * HOUR_MILLIS + WATERMARK;
    expect(plan({ definedAtMillis: START + 1.5 * HOUR_MILLIS }, now).map(brief)).toEqual([
      "_all 01-12T01/01-12T02 due",
      "_all 01-12T02/01-12T03 due",
    ]);
  });

  it("anchors days and weeks at Monday 00:00 UTC", () => {
    const now = START + 7 * 24 * HOUR_MILLIS + WATERMARK;
    expect(plan({ hours: [hour(30)] }, now, "P1W").map(brief)).toEqual([
      "_all 01-12T00/01-19T00 due",
    ]);
    expect(plan({ hours: [hour(30)] }, now, "P1D")).toHaveLength(7);
  });

  it("issues each variant once a window has more than one", () => {
    const hours = [hour(0, 1, "blue"), hour(0, 1, "green")];
    expect(plan({ hours }, START + HOUR_MILLIS + WATERMARK).map(brief)).toEqual([
      "_all 01-12T00/01-12T01 due",
      "blue 01-12T00/01-12T01 due",
      "green 01-12T00/01-12T01 due",
    ]);
  });

  it("opens a finished window again when another object was captured of it", () => {
    const now = START + HOUR_MILLIS + WATERMARK;
    const windows: WindowRecord[] = [
      {
        check: "data-quality",
        variant: "_all",
        window: { fromMillis: START, toMillis: START + HOUR_MILLIS },
        issued: { objectCount: 1, atMillis: now },
        result: { objectCount: 1, revision: 1, outcome: { outcome: "passed" } },
      },
    ];
    expect(plan({ hours: [hour(0, 1)], windows }, now)).toEqual([]);
    const late = plan({ hours: [hour(0, 2)], windows }, now);
    expect(late.map(brief)).toEqual(["_all 01-12T00/01-12T01 late"]);
    expect(late[0]?.objectCount).toBe(2);
  });

  it("issues a check without a result again, but not in every hour", () => {
    const now = START + HOUR_MILLIS + WATERMARK;
    const windows: WindowRecord[] = [
      {
        check: "data-quality",
        variant: "_all",
        window: { fromMillis: START, toMillis: START + HOUR_MILLIS },
        issued: { objectCount: 1, atMillis: now },
      },
    ];
    const causes = (afterMillis: number) =>
      plan({ hours: [hour(0)], windows }, now + afterMillis)
        .filter(({ window }) => window.from === "2026-01-12T00:00:00Z")
        .map(({ cause }) => cause);
    expect(causes(RETRY_AFTER_MILLIS - 1)).toEqual([]);
    expect(causes(RETRY_AFTER_MILLIS)).toEqual(["retry"]);
  });

  it("does not look further back than its memory of deliveries", () => {
    const now = START + 60 * 24 * HOUR_MILLIS;
    const issued = plan({ hours: [hour(0)] }, now, "P1D");
    expect(issued.map(({ window }) => window.from)[0]).toBe("2026-02-06T00:00:00Z");
    expect(issued).toHaveLength(34);
  });
});

/** Captures arrive and plans run in any order; every issued check is finished, or lost. */
type Step =
  | { readonly kind: "capture"; readonly hourIndex: number; readonly variant: string }
  | { readonly kind: "plan"; readonly atHour: number; readonly loses: boolean };

const step = fc.oneof(
  fc.record({
    kind: fc.constant("capture" as const),
    hourIndex: fc.nat(11),
    variant: fc.constantFrom("blue", "green"),
  }),
  fc.record({ kind: fc.constant("plan" as const), atHour: fc.nat(14), loses: fc.boolean() }),
);

describe("a timeline", () => {
  it("has each window issued once for each set of captures, whatever the events' times", () => {
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 40 }),
        fc.constantFrom("PT1H", "PT3H", "P1D"),
        (steps, every) => {
          const issued = replay(steps, every);
          const finished = issued.filter(({ isLost }) => !isLost);
          const keys = finished.map(
            ({ due }) => `${due.variant} ${due.window.from} ${due.objectCount}`,
          );
          expect(new Set(keys).size).toBe(keys.length);
        },
      ),
    );
  });

  it("has every ended window finished with all its captures in the end", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const settle: Step[] = [0, 4].map((hours) => ({
          kind: "plan",
          atHour: 14 + hours,
          loses: false,
        }));
        const finished = new Map<string, number>();
        for (const { due, isLost } of replay([...steps, ...settle], "PT1H")) {
          if (!isLost && due.variant === "_all") finished.set(due.window.from, due.objectCount!);
        }
        const captured = steps.filter((given) => given.kind === "capture");
        for (let index = 0; index < 12; index++) {
          const from = `2026-01-12T${String(index).padStart(2, "0")}:00:00Z`;
          const count = captured.filter(({ hourIndex }) => hourIndex === index).length;
          expect(finished.get(from)).toBe(count);
        }
      }),
    );
  });
});

function replay(steps: readonly Step[], every: string) {
  const hours = new Map<string, CapturedHour>();
  const windows = new Map<string, WindowRecord>();
  const issued: { due: CheckDueDetail; isLost: boolean }[] = [];
  for (const given of steps) {
    if (given.kind === "capture") {
      const key = `${given.hourIndex} ${given.variant}`;
      const count = (hours.get(key)?.objectCount ?? 0) + 1;
      hours.set(key, hour(given.hourIndex, count, given.variant));
      continue;
    }
    const nowMillis = START + given.atHour * HOUR_MILLIS + WATERMARK;
    const known = { hours: [...hours.values()], windows: [...windows.values()] };
    for (const due of plan(known, nowMillis, every)) {
      issued.push({ due, isLost: given.loses });
      const { check, variant, window, objectCount = 0 } = due;
      const result = { objectCount, revision: 1, outcome: { outcome: "passed" } } as const;
      const key = `${variant} ${window.from}`;
      const earlier = windows.get(key)?.result;
      windows.set(key, {
        check,
        variant,
        window: { fromMillis: Date.parse(window.from), toMillis: Date.parse(window.to) },
        issued: { objectCount, atMillis: nowMillis },
        ...(given.loses ? (earlier ? { result: earlier } : {}) : { result }),
      });
    }
  }
  return issued;
}
