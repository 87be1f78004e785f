import { parseTarGzip } from "nanotar";
import { describe, expect, it } from "vitest";
import { baselineCsv, trainChurnModel } from "../../../local/churn/churn-model.ts";
import { numbersOf, readAllRows, readTrainingRows } from "../../../local/churn/churn-rows.ts";
import { injectChanges } from "../../../local/churn/inject-change.ts";
import { packModel } from "../../../local/logistic-regression/artefact.ts";
import { parseModel, predictProbability } from "../../../local/logistic-regression/model.ts";

const training = readTrainingRows();
const all = readAllRows();

describe("the churn data", () => {
  it("has 2,333 rows to train on and 2,999 in all, 69 features each", () => {
    expect([training.rows.length, all.rows.length]).toEqual([2333, 2999]);
    expect(new Set(all.rows.map(({ values }) => values.length))).toEqual(new Set([69]));
    expect(training.features).not.toContain("Churn");
    expect(all.rows.every((row) => numbersOf(row).every(Number.isFinite))).toBe(true);
  });
});

describe("the churn model", () => {
  it("ranks customers it has not seen far better than chance", () => {
    const model = trainChurnModel(training);
    const held = all.rows.slice(training.rows.length).map((row) => ({
      label: row.label,
      probability: predictProbability(model, numbersOf(row)),
    }));
    const [stayed, left] = [0, 1].map((label) => held.filter((row) => row.label === label));
    const wins = left!.map(
      ({ probability }) => stayed!.filter((other) => other.probability < probability).length,
    );
    const auc = wins.reduce((sum, count) => sum + count, 0) / (left!.length * stayed!.length);
    // scikit-learn's roc_auc_score for the same model: test/golden/logistic-regression.json.
    expect(auc).toBeCloseTo(0.7911706998037933, 10);
  });

  it("is packed as model.json in a model.tar.gz, the same bytes each time", async () => {
    const model = trainChurnModel(training);
    const packed = await packModel(model);
    const [file, ...others] = await parseTarGzip(packed);
    expect(others).toEqual([]);
    expect(file!.name).toBe("model.json");
    expect(parseModel(file!.text)).toEqual(model);
    expect(Buffer.from(packed).equals(Buffer.from(await packModel(model)))).toBe(true);
  });
});

describe("baselineCsv", () => {
  it("holds the prediction and the features it was made from, never the label", () => {
    const model = trainChurnModel(training);
    const lines = baselineCsv(model, training).split("\n");
    expect(lines[0]).toBe(`probability,${training.features.join(",")}`);
    expect(lines).toHaveLength(2333 + 2);
    expect(lines.at(-1)).toBe("");
    const [probability, ...values] = lines[1]!.split(",");
    expect(values).toEqual(training.rows[0]!.values);
    expect(Number(probability)).toBe(predictProbability(model, numbersOf({ values })));
  });
});

describe("injectChanges", () => {
  const features = ["Day Mins", "Eve Mins", "Day Calls"];
  const row = { label: 1 as const, values: ["182.9", "54.3", "110"] };
  const changes = (...list: Parameters<typeof injectChanges>[2]) =>
    injectChanges(row, features, list).values;

  it("scales a feature and keeps its decimals", () => {
    expect(changes({ kind: "scaled", feature: "Day Mins", factor: 60 })).toEqual([
      "10974.0",
      "54.3",
      "110",
    ]);
    expect(changes({ kind: "scaled", feature: "Day Calls", factor: 2 })).toEqual([
      "182.9",
      "54.3",
      "220",
    ]);
  });

  it("empties a feature, and makes another one text", () => {
    const missing = { kind: "missing", feature: "Eve Mins" } as const;
    const text = { kind: "text", feature: "Day Calls", unit: "calls" } as const;
    expect(changes(missing, text)).toEqual(["182.9", "", "110 calls"]);
    expect(row.values).toEqual(["182.9", "54.3", "110"]);
  });

  it("refuses a feature that is not there", () => {
    expect(() => changes({ kind: "missing", feature: "Age" })).toThrow('there is no feature "Age"');
  });
});
