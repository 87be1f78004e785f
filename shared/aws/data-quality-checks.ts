import type { CheckDueDetail } from "../contracts/check-due.ts";
import type { CheckInputs, CheckResult } from "../contracts/check-result.ts";
import { withDefinedOverrides } from "../contracts/constraint-overrides.ts";
import type { MonitorDefinition } from "../contracts/monitor-definition.ts";
import { MonitoringError } from "../contracts/monitoring-error.ts";
import type { Statistics } from "../contracts/statistics-file.ts";
import { checkDataQuality, type DataQualityFinding } from "../drift/check-data-quality.ts";
import { findWithoutBaseline } from "../drift/without-baseline.ts";
import { dataQualityReportFiles } from "../report/check-files.ts";
import { withCoverage } from "../window/coverage.ts";
import { sha256Of } from "../window/fold.ts";
import { isoWindow } from "../window/plan.ts";
import { servedBaseline } from "../window/served-model.ts";
import type { Window } from "../window/window.ts";
import { baselinePrefix, readBaseline, type StoredBaseline } from "./baselines.ts";
import { readDeployments } from "./deployments.ts";
import { reportLocation, writeReport } from "./reports.ts";
import { stageText } from "./stage.ts";
import { foldCapturedWindow, type WindowProfile } from "./window-profiles.ts";
import { claimRevision, noteResult } from "./window-records.ts";

/** One finished check, and where its report lies. */
export interface FinishedCheck {
  readonly result: CheckResult;
  readonly statistics: Statistics;
  readonly revision: number;
  readonly reportUri: string;
}

/**
 * Checks one window and writes its report. The revision follows from the inputs alone, so a check that is
 * made again of the same inputs writes the same bytes to the same place.
 */
export async function makeDataQualityCheck(
  due: CheckDueDetail,
  definition: MonitorDefinition,
): Promise<FinishedCheck> {
  const window = { fromMillis: Date.parse(due.window.from), toMillis: Date.parse(due.window.to) };
  const captured = await foldCapturedWindow(due, window);
  const deployments = await readDeployments(definition.endpoint);
  const served = servedBaseline(deployments, due.variant, window);
  const baseline = await readBaselineOrReason(definition, served ?? baselinePrefix(definition));
  const finding = compareWindow(definition, captured, baseline, window);
  const inputs = inputsOf(due, window, captured, baseline);
  const revision = await claimRevision(due, hashOf(inputs, definition, captured));
  const owner = { ...due, window };
  const known = baseline instanceof MonitoringError ? null : baseline;
  await writeReport(
    owner,
    revision,
    dataQualityReportFiles(finding, known, { ...inputs, revision }),
  );
  const { outcome } = finding.result;
  const objectCount = captured.countedObjectCount;
  await noteResult(due, { objectCount, revision, outcome });
  return {
    result: { ...finding.result, inputs: { ...inputs, revision } },
    statistics: finding.statistics,
    revision,
    reportUri: reportLocation(owner, revision),
  };
}

/** Compares what was captured of a window with a baseline, or says why there is none. */
export function compareWindow(
  definition: MonitorDefinition,
  captured: WindowProfile,
  baseline: StoredBaseline | MonitoringError,
  window: Window,
): DataQualityFinding {
  const { profile } = captured;
  const { columns, minimumRows } = definition.checks.dataQuality;
  const options = { columns, minimumRows };
  if (baseline instanceof MonitoringError) {
    return findWithoutBaseline({ profile, options, explanation: baseline.message });
  }
  const finding = checkDataQuality({ baseline, profile, options });
  const { lastInferenceMillis } = profile;
  const outcome = withCoverage(finding.result.outcome, {
    ...captured,
    window,
    lastInferenceMillis,
  });
  return { ...finding, result: { ...finding.result, outcome } };
}

/**
 * A baseline with what the definition overrides. One that is missing, unreadable or does not fit the
 * definition is a reason, not a failure.
 */
export async function readBaselineOrReason(
  definition: MonitorDefinition,
  prefix: string,
): Promise<StoredBaseline | MonitoringError> {
  try {
    const baseline = await readBaseline(prefix);
    return { ...baseline, constraints: withDefinedOverrides(baseline.constraints, definition) };
  } catch (error) {
    if (error instanceof MonitoringError) return error;
    throw error;
  }
}

function inputsOf(
  due: CheckDueDetail,
  window: Window,
  captured: WindowProfile,
  baseline: StoredBaseline | MonitoringError,
): CheckInputs {
  return {
    endpoint: due.endpoint,
    variant: due.variant,
    window: isoWindow(window),
    baseline: baseline instanceof MonitoringError ? [] : baseline.files,
    captures: captured.folds,
    codeVersion: stageText("codeVersion"),
  };
}

/** Of everything that the files of the report follow from. */
function hashOf(
  inputs: CheckInputs,
  { checks, constraints = {}, features = {} }: MonitorDefinition,
  { countedObjectCount, foldedObjectCount }: WindowProfile,
): string {
  const absentCount = countedObjectCount - foldedObjectCount;
  return sha256Of(JSON.stringify([inputs, checks, constraints, features, absentCount]));
}
