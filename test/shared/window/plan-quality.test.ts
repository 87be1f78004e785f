import { describe, expect, it } from "vitest";
import {
  type EndpointHistory,
  knownFromMillis,
  planChecks,
  RETRY_AFTER_MILLIS,
  type ReceivedLabels,
  type WindowRecord,
} from "../../../shared/window/plan.ts";
import { HOUR_MILLIS } from "../../../shared/window/window.ts";
import { definitionWith } from "./sample-definition.ts";

const DAY = 24 * HOUR_MILLIS;
const START = Date.parse("2026-01-12T00:00:00Z");
const END = START + 7 * DAY;
const MATURED = END + 30 * DAY;
const WATERMARK = 20 * 60_000;

const definition = definitionWith({ every: "P1D", checks: "  modelQuality: {}\n" });
const hours = [{ hourMillis: START, variant: "blue", objectCount: 3, recordCount: 30 }];
const arrived = (day: number, writeCount: number): ReceivedLabels => ({
  hourMillis: START + day * DAY,
  writeCount,
  ...{ acceptedCount: writeCount, duplicateCount: 0, rejectedCount: 0 },
});

const record = (given: Partial<WindowRecord>): WindowRecord => ({
  check: "model-quality",
  variant: "_all",
  window: { fromMillis: START, toMillis: END },
  ...given,
});

const finished = (labelWriteCount: number, asOfMillis: number): WindowRecord =>
  record({
    issued: { objectCount: 3, labelWriteCount, atMillis: asOfMillis },
    result: {
      ...{ objectCount: 3, labelWriteCount, asOfMillis, revision: 1 },
      outcome: { outcome: "passed" },
    },
  });

/** What is planned of the first week's model quality. */
const plan = (given: Partial<EndpointHistory>, nowMillis: number) =>
  planChecks({
    definition,
    history: { definedAtMillis: START, hours, windows: [], ...given },
    nowMillis,
    watermarkMillis: WATERMARK,
  }).filter(({ check, window }) => check === "model-quality" && Date.parse(window.from) === START);

const causes = (given: Partial<EndpointHistory>, nowMillis: number) =>
  plan(given, nowMillis).map(({ cause }) => cause);

describe("planChecks of model quality", () => {
  it("issues a week once it has ended, with what is known of its labels", () => {
    expect(plan({}, END + WATERMARK - 1)).toEqual([]);
    expect(plan({ labels: [arrived(-1, 9), arrived(2, 4)] }, END + WATERMARK)).toEqual([
      {
        endpoint: "churn",
        variant: "_all",
        check: "model-quality",
        window: { from: "2026-01-12T00:00:00Z", to: "2026-01-19T00:00:00Z" },
        cause: "due",
        objectCount: 3,
        labelWriteCount: 4,
        plannedAt: "2026-01-19T00:20:00Z",
      },
    ]);
  });

  it("issues it again when labels or corrections came since, and not without them", () => {
    const windows = [finished(4, END + DAY)];
    expect(causes({ windows, labels: [arrived(2, 4)] }, END + 2 * DAY)).toEqual([]);
    expect(causes({ windows, labels: [arrived(2, 4), arrived(9, 1)] }, END + 2 * DAY)).toEqual([
      "late",
    ]);
  });

  it("issues it once an hour at most while labels keep coming", () => {
    const issued = record({ issued: { objectCount: 3, labelWriteCount: 5, atMillis: END + DAY } });
    const state = { windows: [issued], labels: [arrived(2, 5)] };
    expect(causes(state, END + DAY + HOUR_MILLIS)).toEqual([]);
    expect(causes(state, END + DAY + RETRY_AFTER_MILLIS)).toEqual(["retry"]);
  });

  it("issues it once more when the last of its labels were expected", () => {
    const labels = [arrived(2, 4)];
    const early = { windows: [finished(4, END + DAY)], labels };
    expect(causes(early, MATURED - 1)).toEqual([]);
    expect(causes(early, MATURED)).toEqual(["matured"]);
    expect(causes({ windows: [finished(4, MATURED)], labels }, MATURED + DAY)).toEqual([]);
  });

  it("looks back as far as corrections re-open a window", () => {
    const windows = [finished(4, MATURED)];
    const labels = [arrived(2, 4), arrived(50, 1)];
    expect(causes({ windows, labels }, END + 44 * DAY)).toEqual(["late"]);
    expect(causes({ windows, labels }, END + 60 * DAY)).toEqual([]);
    expect(knownFromMillis(definition, END + 44 * DAY)).toBe(START);
  });

  it("plans none for a definition that asks for none", () => {
    const input = {
      definition: definitionWith(),
      nowMillis: END + DAY,
      watermarkMillis: WATERMARK,
    };
    const history = { definedAtMillis: START, hours, windows: [] };
    const checks = planChecks({ ...input, history }).map(({ check }) => check);
    expect(new Set(checks)).toEqual(new Set(["data-quality"]));
  });
});
