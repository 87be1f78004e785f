import type { CheckInputs, CheckResult } from "../contracts/check-result.ts";
import { constraintsText } from "../contracts/constraints-codec.ts";
import { statisticsText } from "../contracts/statistics-codec.ts";
import { VIOLATIONS_FILE_NAMES, violationsText } from "../contracts/violations-file.ts";
import type { DataQualityFinding } from "./check-data-quality.ts";

/**
 * The files of a check's report, by name, without `report.html`. The same finding gives the same
 * bytes wherever it was made; `inputs` stands last in `result.json` and nowhere else.
 */
export function dataQualityFiles(
  finding: DataQualityFinding,
  inputs: CheckInputs,
): ReadonlyMap<string, string> {
  const result: CheckResult = { ...finding.result, inputs };
  const [violationsName] = VIOLATIONS_FILE_NAMES;
  return new Map([
    ["statistics.json", statisticsText(finding.statistics)],
    ["constraints.json", constraintsText(finding.constraints)],
    [violationsName, violationsText({ violations: finding.violations })],
    ["result.json", `${JSON.stringify(result, null, 2)}\n`],
  ]);
}
