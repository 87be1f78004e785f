import { driftReading, ofInputs } from "../../approval/compare-drift.ts";
import { ALL_VARIANTS } from "../../contracts/check-name.ts";
import type { InputFile } from "../../contracts/check-result.ts";
import type { MonitorDefinition } from "../../contracts/monitor-definition.ts";
import { MonitoringError } from "../../contracts/monitoring-error.ts";
import { s3Uri } from "../../contracts/s3-uri.ts";
import type { AuditInput } from "../../contracts/self-healing/audit-record.ts";
import {
  type DriftComparison,
  type DriftReading,
  driftComparisonText,
} from "../../contracts/self-healing/drift-comparison.ts";
import type { RunRecord } from "../../contracts/self-healing/run.ts";
import type { OutputForm } from "../../contracts/self-healing/training-set.ts";
import { evaluationKeys, runBaselinePrefix } from "../../contracts/storage-keys.ts";
import { isoWindow } from "../../window/plan.ts";
import { HOUR_MILLIS, type Window } from "../../window/window.ts";
import { compareWindow, readBaselineOrReason } from "../data-quality-checks.ts";
import { writeObjectOnce } from "../objects.ts";
import { stageText } from "../stage.ts";
import { readDataset } from "../training/training-sets.ts";
import { foldCapturedWindow, type WindowProfile } from "../window-profiles.ts";

/**
 * Compares the newest data of a run's training set with the champion's baseline and with the
 * challenger's. What was written first stays, as people may be looking at it.
 */
export async function writeDriftComparison(record: RunRecord): Promise<void> {
  const { run, endpoint, champion, definition } = record;
  const { window: data, output } = await readDataset(run);
  const window = wholeHours(Date.parse(data.cut), Date.parse(data.to));
  const captured = await foldCapturedWindow({ endpoint, variant: ALL_VARIANTS }, window);
  const bucket = stageText("bucket");
  const challenger = s3Uri({ bucket, key: runBaselinePrefix(endpoint, run) });
  const compared = { definition, captured, window, output };
  const comparison: DriftComparison = {
    ...{ version: "1", window: isoWindow(window), rowCount: captured.profile.rowCount },
    before: await readDrift(champion.baseline, compared),
    after: await readDrift(challenger, compared),
    captures: inputsOf(captured.folds),
  };
  const location = { bucket, key: evaluationKeys(run).drift };
  await writeObjectOnce(location, driftComparisonText(comparison), "application/json");
}

interface Compared {
  readonly definition: MonitorDefinition;
  readonly captured: WindowProfile;
  readonly window: Window;
  readonly output: OutputForm;
}

async function readDrift(
  prefix: string,
  { definition, captured, window, output }: Compared,
): Promise<DriftReading> {
  const { checks } = definition;
  const { dataQuality } = checks;
  const baseline = await readBaselineOrReason(definition, prefix);
  const described =
    dataQuality.columns === "inputs" || baseline instanceof MonitoringError
      ? baseline
      : ofInputs(baseline, output);
  const ofInputsAlone: MonitorDefinition = {
    ...definition,
    checks: { ...checks, dataQuality: { ...dataQuality, columns: "inputs" } },
  };
  const finding = compareWindow(ofInputsAlone, captured, described, window);
  const files = baseline instanceof MonitoringError ? [] : baseline.files;
  return driftReading(finding, prefix, inputsOf(files));
}

/** Captures are folded by the hour: the first and the last hour of the data are taken whole. */
function wholeHours(fromMillis: number, toMillis: number): Window {
  return {
    fromMillis: Math.floor(fromMillis / HOUR_MILLIS) * HOUR_MILLIS,
    toMillis: Math.ceil(toMillis / HOUR_MILLIS) * HOUR_MILLIS,
  };
}

function inputsOf(files: readonly InputFile[]): AuditInput[] {
  return files.map(({ location, sha256 }) => ({ key: location, hash: `sha256:${sha256}` }));
}
