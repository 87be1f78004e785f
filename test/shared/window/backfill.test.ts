import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type BackfillInput, pageOf, planBackfill } from "../../../shared/window/backfill.ts";
import { HOUR_MILLIS } from "../../../shared/window/window.ts";

const at = (text: string) => Date.parse(`2026-01-${text}:00:00Z`);
const hour = (text: string, variant = "blue") => {
  return { hourMillis: at(text), variant, objectCount: 1, recordCount: 1 };
};
const input = (choice: Partial<BackfillInput>): BackfillInput => ({
  endpoint: "churn",
  check: "data-quality",
  everyMillis: HOUR_MILLIS,
  range: { fromMillis: at("12T09"), toMillis: at("12T13") },
  hours: [hour("12T10")],
  nowMillis: at("20T00"),
  ...choice,
});
const planned = (choice: Partial<BackfillInput>) =>
  planBackfill(input(choice)).map(({ variant, window: { from, to } }) => {
    return `${variant} ${from.slice(8, 13)}/${to.slice(8, 13)}`;
  });

describe("planBackfill", () => {
  it("takes the windows from the first captures on, empty ones after them too", () => {
    expect(planned({})).toEqual(["_all 12T10/12T11", "_all 12T11/12T12", "_all 12T12/12T13"]);
    expect(planned({ hours: [] })).toEqual([]);
  });

  it("takes whole windows that have ended alone", () => {
    const hours = [hour("12T09")];
    const everyMillis = 2 * HOUR_MILLIS;
    expect(planned({ hours, everyMillis })).toEqual(["_all 12T10/12T12"]);
    expect(planned({ hours, nowMillis: at("12T10") })).toEqual(["_all 12T09/12T10"]);
  });

  it("takes variants apart where there is more than one, or the one that is asked for", () => {
    const hours = [hour("12T10"), hour("12T10", "green"), hour("12T11", "green")];
    const range = { fromMillis: at("12T10"), toMillis: at("12T12") };
    expect(planned({ hours, range })).toEqual([
      "_all 12T10/12T11",
      "blue 12T10/12T11",
      "green 12T10/12T11",
      "_all 12T11/12T12",
    ]);
    const blue = planned({ hours, range, variant: "blue" });
    expect(blue).toEqual(["blue 12T10/12T11", "blue 12T11/12T12"]);
  });
});

describe("pageOf", () => {
  it("gives each window once, page by page, with all its variants on one page", () => {
    const hours = fc.array(
      fc.record({
        hourMillis: fc.integer({ min: 9, max: 20 }).map((h) => at(`12T${h}`.replace("T9", "T09"))),
        variant: fc.constantFrom("a", "b", "c"),
        objectCount: fc.constant(1),
        recordCount: fc.constant(1),
      }),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(hours, fc.integer({ min: 1, max: 9 }), (captured, countMax) => {
        const range = { fromMillis: at("12T09"), toMillis: at("12T21") };
        const windows = planBackfill(input({ hours: captured, range }));
        const pages = [pageOf(windows, null, countMax)];
        for (let next = pages[0]!.next; next !== null; next = pages.at(-1)!.next) {
          pages.push(pageOf(windows, next, countMax));
        }
        expect(pages.flatMap((page) => page.windows)).toEqual(windows);
        for (const page of pages) {
          const starts = new Set(page.windows.map(({ window }) => window.from));
          expect(page.windows.length <= countMax || starts.size === 1).toBe(true);
        }
      }),
    );
  });
});
