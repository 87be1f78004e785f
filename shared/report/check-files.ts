import type { CheckInputs } from "../contracts/check-result.ts";
import type { DataQualityFinding } from "../drift/check-data-quality.ts";
import { dataQualityFiles } from "../drift/data-quality-files.ts";
import type { Baseline } from "../drift/suggest-baseline.ts";
import { renderDataQualityReport } from "./data-quality-report.ts";
import type { DataQualityReport } from "./report-features.ts";

/**
 * All files of a data-quality check by name, `report.html` among them. The deployed function and
 * the command line both write these, so that the same captures give the same bytes.
 *
 * @param baseline null when there is none; then the finding says so
 */
export function dataQualityReportFiles(
  finding: DataQualityFinding,
  baseline: Baseline | null,
  inputs: CheckInputs,
): ReadonlyMap<string, string> {
  const report = renderDataQualityReport(reportOf(finding, baseline));
  return new Map([...dataQualityFiles(finding, inputs), ["report.html", report]]);
}

/** What a report says about a finding. */
export function reportOf(
  finding: DataQualityFinding,
  baseline: Baseline | null,
): DataQualityReport {
  return {
    result: finding.result,
    constraints: baseline?.constraints ?? null,
    baseline: baseline?.statistics ?? null,
    window: finding.statistics,
    windowTypes: finding.types,
  };
}
