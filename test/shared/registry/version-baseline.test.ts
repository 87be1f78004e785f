import { describe, expect, it } from "vitest";
import { parseConstraints } from "../../../shared/contracts/constraints-codec.ts";
import { parseQualityConstraints } from "../../../shared/contracts/quality-files.ts";
import type { OutputForm } from "../../../shared/contracts/self-healing/training-set.ts";
import { parseStatistics } from "../../../shared/contracts/statistics-codec.ts";
import { type Baseline, suggestBaseline } from "../../../shared/drift/suggest-baseline.ts";
import { profileTable } from "../../../shared/profile/profile-records.ts";
import type { BinaryRows } from "../../../shared/quality/labelled-rows.ts";
import {
  type VersionBaselineInput,
  versionBaseline,
} from "../../../shared/registry/version-baseline.ts";

async function baselineOf(csv: string, names: readonly string[]): Promise<Baseline> {
  async function* chunks() {
    yield new TextEncoder().encode(csv);
  }
  const { profile } = await profileTable(chunks(), { kind: "csv", header: false });
  return suggestBaseline(profile, names);
}

const csv: OutputForm = { contentType: "text/csv", columnCount: 1, names: null };

const labels = Uint8Array.from({ length: 40 }, (_, row) => row % 2);
const rows: BinaryRows = {
  problem: "binary-classification",
  labels,
  predictions: labels,
  probabilities: Float64Array.from(labels, (label) => 0.25 + label / 2),
};

/** The champion's baseline has a column about persons, which no training set holds. */
async function inputWith(more: Partial<VersionBaselineInput> = {}): Promise<VersionBaselineInput> {
  return {
    previous: await baselineOf("0.1,20,a@x\n0.2,30,b@x\n", ["score", "age", "email"]),
    describes: "outputs-and-inputs",
    training: (await baselineOf("40\n60\n80\n", ["age"])).statistics,
    output: "0.5\n0.7\n",
    form: csv,
    rows,
    dialect: "calibrated",
    ...more,
  };
}

const meansOf = (files: ReadonlyMap<string, string>) =>
  parseStatistics(files.get("statistics.json")!).features.map(({ name, numerical_statistics }) => [
    name,
    numerical_statistics?.mean,
  ]);

describe("versionBaseline", () => {
  it("describes what was learned from and what the challenger answers, and keeps the rest", async () => {
    const files = await versionBaseline(await inputWith());
    expect([...files.keys()]).toEqual([
      "statistics.json",
      "constraints.json",
      "model-quality/statistics.json",
      "model-quality/constraints.json",
    ]);
    expect(meansOf(files)).toEqual([
      ["score", 0.6],
      ["age", 60],
      ["email", undefined],
    ]);
    const { features } = parseStatistics(files.get("statistics.json")!);
    expect(features[2]!.string_statistics!.common.num_present).toBe(2);
    expect(
      parseConstraints(files.get("constraints.json")!).features.map(({ name }) => name),
    ).toEqual(["score", "age", "email"]);
  });

  it("keeps thresholds that somebody edited", async () => {
    const { previous } = await inputWith();
    const { constraints, statistics } = previous!;
    const [score, age, email] = constraints.features;
    const edited = { ...age!, monitoring_config_overrides: { datatype_check_threshold: 0.5 } };
    const files = await versionBaseline(
      await inputWith({
        previous: {
          statistics,
          constraints: {
            ...constraints,
            features: [score!, edited, email!],
            monitoring_config: { ...constraints.monitoring_config, domain_content_threshold: 0.9 },
          },
        },
      }),
    );
    const found = parseConstraints(files.get("constraints.json")!);
    expect(found.monitoring_config.domain_content_threshold).toBe(0.9);
    expect(found.features[1]!.monitoring_config_overrides).toEqual({
      datatype_check_threshold: 0.5,
    });
  });

  it("leaves outputs out where the baseline describes inputs alone", async () => {
    const previous = await baselineOf("a@x,20\nb@x,30\n", ["email", "age"]);
    const files = await versionBaseline(await inputWith({ previous, describes: "inputs" }));
    expect(meansOf(files)).toEqual([
      ["email", undefined],
      ["age", 60],
    ]);
  });

  it("stands by itself where the champion has no baseline", async () => {
    const form = { contentType: "application/json" as const, columnCount: 1, names: ["score"] };
    const output = '{"score":0.5}\n{"score":0.7}\n';
    const files = await versionBaseline(await inputWith({ previous: null, form, output }));
    expect(meansOf(files)).toEqual([
      ["score", 0.6],
      ["age", 60],
    ]);
  });

  it("demands of later windows the quality that the challenger showed", async () => {
    const files = await versionBaseline(await inputWith());
    const found = parseQualityConstraints(files.get("model-quality/constraints.json")!);
    expect(found.problem).toBe("binary-classification");
    expect(found.constraints["auc"]).toEqual({
      threshold: 1,
      comparison_operator: "LessThanThreshold",
    });
  });

  it("gives the same bytes each time", async () => {
    const input = await inputWith();
    expect([...(await versionBaseline(input))]).toEqual([...(await versionBaseline(input))]);
  });
});
