import { describe, expect, it } from "vitest";
import { findWithoutBaseline } from "../../../shared/drift/without-baseline.ts";
import { emptyProfile } from "../../../shared/profile/merge.ts";
import { profileRecords } from "../../../shared/profile/profile-records.ts";
import { captureLines } from "../../cli/capture-files.ts";

const options = { columns: "outputs-and-inputs", minimumRows: 1 } as const;
const explanation = "baseline: s3://bucket/statistics.json: must be there";

describe("findWithoutBaseline", () => {
  it("gives the window's statistics, and a reason in place of a verdict", async () => {
    const lines = captureLines(["1,a", "2,b", "3,"], "2026-01-15T10:00:00Z");
    const chunks = (async function* () {
      yield Buffer.from(`${lines.join("\n")}\n`);
    })();
    const { profiles } = await profileRecords(chunks);
    const profile = [...profiles.values()][0]!;
    const finding = findWithoutBaseline({ profile, options, explanation });
    expect(finding.result).toMatchObject({
      outcome: { outcome: "inconclusive", reason: "no-baseline", explanation },
      ...{ recordCount: 3, rowCount: 3, violationCount: 0, driftMax: null, checks: [] },
    });
    expect(finding.violations).toEqual([]);
    expect(
      finding.statistics.features.map(({ name, inferred_type }) => [name, inferred_type]),
    ).toEqual([
      ["_c0", "Integral"],
      ["_c1", "String"],
    ]);
    expect(finding.constraints.features.map(({ name }) => name)).toEqual(["_c0", "_c1"]);
    expect([...finding.types.keys()]).toEqual(["_c0", "_c1"]);
  });

  it("says first that nothing was captured", () => {
    const { result } = findWithoutBaseline({ profile: emptyProfile, options, explanation });
    expect(result.outcome).toMatchObject({ outcome: "inconclusive", reason: "no-captures" });
  });
});
