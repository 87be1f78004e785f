import { describe, expect, it } from "vitest";
import { labelEvidence, labelledOutcomes } from "../../../shared/canary/labelled-outcomes.ts";
import { LabelJoin } from "../../../shared/labels/label-join.ts";

const SINCE = Date.parse("2026-01-15T12:00:00Z");

interface Answered {
  readonly id: string;
  readonly minute: number;
  readonly output: string;
  readonly label?: string;
}

function joinOf(answered: readonly Answered[]): LabelJoin {
  const join = new LabelJoin("records");
  const push = (lines: LabelJoin["labels"], values: readonly object[]): void => {
    lines.push(Buffer.from(values.map((value) => `${JSON.stringify(value)}\n`).join("")));
    lines.end();
  };
  push(
    join.labels,
    answered.flatMap(({ id, label }) =>
      label === undefined
        ? []
        : [
            {
              groundTruthData: { data: label, encoding: "CSV" },
              eventMetadata: { eventId: id },
              eventVersion: "0",
            },
          ],
    ),
  );
  push(
    join.captures,
    answered.map(({ id, minute, output }) => ({
      captureData: {
        endpointOutput: {
          observedContentType: "text/csv",
          mode: "OUTPUT",
          data: output,
          encoding: "CSV",
        },
      },
      eventMetadata: {
        eventId: id,
        inferenceTime: new Date(SINCE + minute * 60_000).toISOString(),
      },
      eventVersion: "0",
    })),
  );
  return join;
}

const BINARY = { problem: "binary-classification" } as const;

describe("labelledOutcomes", () => {
  it("takes labelled rows of the canary's time, each by the capture's id and its row", () => {
    const join = joinOf([
      { id: "before", minute: -1, output: "0.9", label: "1" },
      { id: "right", minute: 0, output: "0.9", label: "1" },
      { id: "late", minute: 1, output: "0.9" },
      { id: "several", minute: 2, output: "0.9\n0.2", label: "0\n0" },
    ]);
    expect(labelledOutcomes(join, BINARY, SINCE)).toEqual([
      { id: "right#0", score: 0.9, positive: true, wrong: false },
      { id: "several#0", score: 0.9, positive: false, wrong: true },
      { id: "several#1", score: 0.2, positive: false, wrong: false },
    ]);
  });

  it("compares names of classes, and no numbers", () => {
    const answered = [{ id: "a", minute: 0, output: "cat", label: "dog" }];
    const classes = { problem: "multiclass-classification", prediction: { label: 0 } } as const;
    expect(labelledOutcomes(joinOf(answered), classes, SINCE)).toEqual([
      { id: "a#0", score: null, positive: false, wrong: true },
    ]);
    expect(labelledOutcomes(joinOf(answered), { problem: "regression" }, SINCE)).toEqual([]);
  });
});

describe("labelEvidence", () => {
  const outcome = (id: string, score: number | null) => ({
    id,
    score,
    positive: true,
    wrong: false,
  });

  it("is of scores where there are any, else of right and wrong, and null without labels", () => {
    const interval = (score: number | null) => ({
      ...{ startMillis: 0, champion: [outcome("a", score)], candidate: [] },
    });
    expect(labelEvidence([])).toBeNull();
    expect(labelEvidence([interval(0.5)])).toEqual({
      kind: "scores",
      intervals: [
        { startMillis: 0, champion: [{ id: "a", score: 0.5, positive: true }], candidate: [] },
      ],
    });
    expect(labelEvidence([interval(null)])).toEqual({
      kind: "counts",
      intervals: [
        {
          startMillis: 0,
          champion: { labelledCount: 1, wrongCount: 0 },
          candidate: { labelledCount: 0, wrongCount: 0 },
        },
      ],
    });
  });
});
