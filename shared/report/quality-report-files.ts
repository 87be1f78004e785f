import {
  type QualityStatistics,
  qualityConstraintsText,
  qualityStatisticsText,
  qualityViolationsText,
} from "../contracts/quality-files.ts";
import type { QualityCheckResult } from "../contracts/quality-result.ts";
import { VIOLATIONS_FILE_NAMES } from "../contracts/violations-file.ts";
import type { QualityFinding } from "../quality/find-model-quality.ts";
import { qualityStatistics } from "../quality/quality-statistics.ts";
import { renderModelQualityReport } from "./model-quality-report.ts";

/**
 * All files of a model-quality check by name. The deployed function and the command line both write
 * these, so that the same captures and labels give the same bytes; `inputs` stands last in
 * `result.json` and nowhere else.
 *
 * @param baseline the baseline's statistics, whose curves the report draws; null when there are none
 */
export function qualityReportFiles(
  finding: QualityFinding,
  baseline: QualityStatistics | null,
  inputs: QualityCheckResult["inputs"],
): ReadonlyMap<string, string> {
  const { measurement, constraints, violations } = finding;
  const result: QualityCheckResult = { ...finding.result, inputs };
  const [violationsName] = VIOLATIONS_FILE_NAMES;
  return new Map([
    ["statistics.json", qualityStatisticsText(qualityStatistics(measurement))],
    ...(constraints === null
      ? []
      : [["constraints.json", qualityConstraintsText(constraints)] as const]),
    [violationsName, qualityViolationsText(violations)],
    ["result.json", `${JSON.stringify(result, null, 2)}\n`],
    ["report.html", renderModelQualityReport({ result, measurement, baseline })],
  ]);
}
