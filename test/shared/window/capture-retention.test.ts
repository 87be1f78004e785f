import { describe, expect, it } from "vitest";
import { neededRetentionMillis } from "../../../shared/window/capture-retention.ts";
import { HOUR_MILLIS } from "../../../shared/window/window.ts";
import { definitionWith } from "./sample-definition.ts";

const JOB = "trainingJob: { image: xgboost, role: training }";
const QUALITY = "  modelQuality: { every: P7D }\n";
const EXPECTED = "labels: { expectedWithin: P20D }\n";

describe("the days for which captures must live", () => {
  it.each([
    ["nothing where no labels are joined", "", "", 0],
    ["the default of 30, a week and 14 for corrections", QUALITY, "", 51],
    ["as many as labels may take", QUALITY, EXPECTED, 41],
    ["as far as retraining reads", QUALITY, `${EXPECTED}retraining: { ${JOB} }\n`, 71],
    [
      "as a definition says of retraining",
      "",
      `${EXPECTED}retraining: { data: { window: P60D }, ${JOB} }\n`,
      20 + 14 + 60 + 1 / 24,
    ],
    ["nothing of retraining that is off", "", `retraining: { mode: off, ${JOB} }\n`, 0],
  ])("are %s", (_, checks, more, days) => {
    const definition = definitionWith({ checks, more });
    expect(neededRetentionMillis(definition) / (24 * HOUR_MILLIS)).toBeCloseTo(days, 9);
  });
});
