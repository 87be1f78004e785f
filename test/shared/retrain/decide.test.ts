import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  INCIDENT_CAUSES,
  type Incident,
  type IncidentAlarm,
  type IncidentCause,
} from "../../../shared/contracts/self-healing/incident.ts";
import { RUN_OUTCOMES } from "../../../shared/contracts/self-healing/run.ts";
import {
  decideRetraining,
  type PastRun,
  type RetrainingInput,
} from "../../../shared/retrain/decide.ts";
import { definitionWith } from "../window/sample-definition.ts";

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 0, 31);
const daysAgo = (days: number): string => new Date(NOW - days * DAY).toISOString();

const definitionOf = (mode: string, more = "") =>
  definitionWith({
    more: `retraining: { mode: ${mode}, trainingJob: { image: x, role: y }${more} }\n`,
  });

const alarm = (causes: readonly IncidentCause[], more: Partial<IncidentAlarm> = {}) => ({
  state: "ALARM" as const,
  since: daysAgo(1),
  causes,
  measured: { from: daysAgo(8), to: daysAgo(1) },
  ...more,
});

const incidentOf = (causes: readonly IncidentCause[], more: Partial<Incident> = {}): Incident => ({
  incident: "0123456789",
  endpoint: "churn",
  openedAt: daysAgo(1),
  alarms: Object.fromEntries(causes.map((cause) => [cause, alarm([cause])])),
  ...more,
});

const run = (startedDaysAgo: number, more: Partial<PastRun> = {}): PastRun => ({
  run: `churn-${startedDaysAgo}`,
  incident: "0000000000",
  attempt: 1,
  startedAt: daysAgo(startedDaysAgo),
  ended: { outcome: "not-better", reason: "", at: daysAgo(startedDaysAgo - 0.1) },
  ...more,
});

const inputWith = (more: Partial<RetrainingInput> = {}): RetrainingInput => ({
  definition: definitionOf("automatic"),
  nowMillis: NOW,
  incident: incidentOf(["quality-loss"]),
  runs: [],
  lockHolder: null,
  labelledRowCount: 5000,
  ...more,
});

const decided = (more: Partial<RetrainingInput>) => {
  const { decision, rule } = decideRetraining(inputWith(more));
  return `${decision}: ${rule}`;
};

/** What each mode does about each cause, alone or with others. */
const BY_MODE: readonly [readonly IncidentCause[], automatic: string, review: string][] = [
  [["quality-loss"], "retrain: loss-measured", "review: review-wanted"],
  [["estimated-quality-loss"], "retrain: loss-estimated", "review: review-wanted"],
  [["quality-loss", "estimated-quality-loss"], "retrain: loss-measured", "review: review-wanted"],
  [["drift"], "review: drift-alone", "review: drift-alone"],
  [["drift", "quality-loss"], "retrain: loss-measured", "review: review-wanted"],
  [["drift", "estimated-quality-loss"], "retrain: loss-estimated", "review: review-wanted"],
  [["drift", "endpoint-health"], "review: drift-alone", "review: drift-alone"],
  [["quality-loss", "endpoint-health"], "retrain: loss-measured", "review: review-wanted"],
  [["broken-feed"], "nothing: feed-broken", "nothing: feed-broken"],
  [["broken-feed", "quality-loss"], "nothing: feed-broken", "nothing: feed-broken"],
  [["broken-feed", "drift"], "nothing: feed-broken", "nothing: feed-broken"],
  [["endpoint-health"], "nothing: not-about-the-model", "nothing: not-about-the-model"],
  [["unmeasured"], "nothing: not-about-the-model", "nothing: not-about-the-model"],
  [["unmeasured", "quality-loss"], "retrain: loss-measured", "review: review-wanted"],
];

describe("decideRetraining", () => {
  it.each(BY_MODE)("judges %j by the mode", (causes, automatic, review) => {
    const incident = incidentOf(causes);
    expect(decided({ incident })).toBe(automatic);
    expect(decided({ incident, definition: definitionOf("review") })).toBe(review);
    const isModel = !/feed-broken|not-about/.test(automatic);
    const off = isModel ? "nothing: switched-off" : automatic;
    expect(decided({ incident, definition: definitionOf("off") })).toBe(off);
    expect(decided({ incident, definition: definitionWith() })).toBe("nothing: not-configured");
    expect(decided({ incident, lockHolder: "churn-x" })).toBe("nothing: run-open");
  });

  it("says everything that it saw, and names the run", () => {
    expect(decideRetraining(inputWith({ runs: [run(2)] }))).toEqual({
      decision: "retrain",
      rule: "loss-measured",
      reason:
        "the quality is measured to be lost, " +
        "in the window 2026-01-23T00:00:00.000Z to 2026-01-30T00:00:00.000Z",
      causes: ["quality-loss"],
      start: {
        run: "churn-39fcbb0201",
        incident: "0123456789",
        attempt: 1,
        cause: "quality-loss",
      },
      seen: {
        mode: "automatic",
        incident: "0123456789",
        causes: "quality-loss",
        requestedBy: null,
        review: null,
        lockHolder: null,
        runCount: 1,
        newestRun: "churn-2",
        labelledRowCount: 5000,
      },
    });
  });

  it.each<[string, Partial<RetrainingInput>, string]>([
    ["no incident", { incident: null }, "nothing: no-incident"],
    [
      "an incident that is over",
      { incident: incidentOf(["quality-loss"], { closedAt: daysAgo(0) }) },
      "nothing: no-incident",
    ],
    ["too few labels", { labelledRowCount: 999 }, "nothing: too-few-labels"],
    ["nobody counted labels", { labelledRowCount: null }, "retrain: loss-measured"],
    ["within the cooldown", { runs: [run(0.5)] }, "nothing: cooling-down"],
    ["just after the cooldown", { runs: [run(1)] }, "retrain: loss-measured"],
    ["budget left", { runs: [2, 3, 4].map((day) => run(day)) }, "retrain: loss-measured"],
    ["no budget left", { runs: [2, 3, 4, 5].map((day) => run(day)) }, "nothing: budget-spent"],
    [
      "a run that left the 30 days",
      { runs: [2, 3, 4, 30].map((day) => run(day)) },
      "retrain: loss-measured",
    ],
    ["a run that has not ended", { runs: [endless(run(9))] }, "nothing: run-open"],
  ])("with %s", (_, more, expected) => {
    expect(decided(more)).toBe(expected);
  });

  it("says when a run that is put off may begin", () => {
    expect(decideRetraining(inputWith({ runs: [run(0.5)] })).retryAt).toBe(daysAgo(-0.5));
    const spent = decideRetraining(inputWith({ runs: [2, 3, 4, 5, 6].map((day) => run(day)) }));
    expect(spent.retryAt).toBe(daysAgo(-25));
  });

  it("counts the attempts of an incident", () => {
    const runs = [run(5, { incident: "0123456789", attempt: 2 }), run(9)];
    expect(decideRetraining(inputWith({ runs })).start?.attempt).toBe(3);
  });

  it("asks about each cause once", () => {
    const asked = incidentOf(["drift"], { askedAbout: ["drift"] });
    expect(decided({ incident: asked })).toBe("nothing: already-asked");
    const graver = incidentOf(["drift", "quality-loss"], { askedAbout: ["drift"] });
    const definition = definitionOf("review");
    expect(decided({ incident: graver, definition })).toBe("review: review-wanted");
    expect(decided({ incident: graver })).toBe("retrain: loss-measured");
  });

  it("does what a person answered, once", () => {
    const review = { decision: "start" as const, by: "ann", at: daysAgo(1), causes: [] };
    const incident = incidentOf(["drift"], { askedAbout: ["drift"], review });
    expect(decided({ incident })).toBe("retrain: review-started");
    expect(decideRetraining(inputWith({ incident })).start?.cause).toBe("review");
    const runs = [run(0.9, { incident: "0123456789" })];
    const nowMillis = NOW + DAY;
    expect(decided({ incident, runs, nowMillis })).toBe("nothing: already-asked");
  });

  it("keeps to a dismissal until a cause comes that it did not know", () => {
    const causes: IncidentCause[] = ["drift"];
    const review = { decision: "dismiss" as const, by: "ann", at: daysAgo(1), causes };
    const more = { askedAbout: causes, review };
    expect(decided({ incident: incidentOf(["drift"], more) })).toBe("nothing: dismissed");
    const graver = incidentOf(["drift", "quality-loss"], more);
    expect(decided({ incident: graver })).toBe("retrain: loss-measured");
  });

  it("waits for a loss that was measured of the model that serves now", () => {
    const promoted = run(4, { ended: { outcome: "promoted", reason: "", at: daysAgo(0.5) } });
    expect(decided({ runs: [promoted] })).toBe("nothing: measured-before-promotion");
    const measured = { from: daysAgo(0.5), to: daysAgo(0.1) };
    const newer = incidentOf([], { alarms: { quality: alarm(["quality-loss"], { measured }) } });
    expect(decided({ runs: [promoted], incident: newer })).toBe("retrain: loss-measured");
  });

  it("does not learn what a feed broke, even when the feed is whole again", () => {
    const mended = alarm(["broken-feed"], { state: "OK", since: daysAgo(2) });
    const incident = (from: string) =>
      incidentOf([], {
        alarms: {
          feed: mended,
          quality: alarm(["quality-loss"], { measured: { from, to: daysAgo(0) } }),
        },
      });
    expect(decided({ incident: incident(daysAgo(3)) })).toBe("nothing: feed-broken");
    expect(decided({ incident: incident(daysAgo(2)) })).toBe("retrain: loss-measured");
  });

  it("does what a person asks for, within the budget and after an open run", () => {
    const request = { id: "r1", by: "ann" };
    const asked = (more: Partial<RetrainingInput>) => decided({ incident: null, request, ...more });
    expect(asked({})).toBe("retrain: requested");
    expect(asked({ runs: [run(0.1)] })).toBe("retrain: requested");
    expect(asked({ definition: definitionOf("off") })).toBe("retrain: requested");
    expect(asked({ incident: incidentOf(["broken-feed"]) })).toBe("retrain: requested");
    expect(asked({ lockHolder: "churn-x" })).toBe("nothing: run-open");
    expect(asked({ runs: [2, 3, 4, 5].map((day) => run(day)) })).toBe("nothing: budget-spent");
    expect(asked({ labelledRowCount: 1 })).toBe("nothing: too-few-labels");
    const start = decideRetraining(inputWith({ request })).start!;
    expect(start).toMatchObject({ cause: "requested", attempt: 1 });
    expect(decideRetraining(inputWith({ request })).start).toEqual(start);
  });
});

function endless({ ended, ...rest }: PastRun): PastRun {
  return rest;
}

const causes = fc.uniqueArray(fc.constantFrom(...INCIDENT_CAUSES));
const anyRun = fc.record({ day: fc.integer({ min: 0, max: 60 }), outcome: fc.option(outcomes()) });
const anyInput = fc.record({
  causes,
  mode: fc.constantFrom("automatic", "review", "off"),
  runs: fc.array(anyRun, { maxLength: 6 }),
  review: fc.option(fc.record({ decision: fc.constantFrom("start", "dismiss"), causes })),
  askedAbout: causes,
  lockHolder: fc.option(fc.constant("churn-x")),
  labelledRowCount: fc.option(fc.nat(3000)),
});

function outcomes() {
  return fc.constantFrom(...RUN_OUTCOMES);
}

describe("whatever has happened", () => {
  const inputOf = (drawn: typeof anyInput extends fc.Arbitrary<infer T> ? T : never) => {
    const { runs, review, askedAbout, mode, lockHolder, labelledRowCount } = drawn;
    return inputWith({
      definition: definitionOf(mode),
      lockHolder,
      labelledRowCount,
      incident: incidentOf(drawn.causes, {
        askedAbout,
        ...(review === null ? {} : { review: { by: "ann", at: daysAgo(3), ...review } }),
      }),
      runs: runs.map(({ day, outcome }) =>
        outcome === null
          ? endless(run(day))
          : run(day, { ended: { outcome, reason: "", at: daysAgo(day) } }),
      ),
    });
  };

  it("a broken feed never retrains, nor does drift alone, and an open run never gets a second", () => {
    fc.assert(
      fc.property(anyInput, (drawn) => {
        const { decision, reason, start } = decideRetraining(inputOf(drawn));
        const isOpen =
          drawn.lockHolder !== null || drawn.runs.some((each) => each.outcome === null);
        if (drawn.causes.includes("broken-feed") || isOpen) expect(decision).toBe("nothing");
        const lost = drawn.causes.some((cause) => cause.endsWith("quality-loss"));
        if (!lost && drawn.review?.decision !== "start") expect(decision).not.toBe("retrain");
        if (drawn.mode === "off") expect(decision).toBe("nothing");
        expect(start !== undefined).toBe(decision === "retrain");
        expect(reason).not.toBe("");
      }),
      { numRuns: 500 },
    );
  });
});
