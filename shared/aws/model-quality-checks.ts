import type { CheckDueDetail } from "../contracts/check-due.ts";
import { ALL_VARIANTS } from "../contracts/check-name.ts";
import type { MonitorDefinition } from "../contracts/monitor-definition.ts";
import { MonitoringError } from "../contracts/monitoring-error.ts";
import type { Outcome } from "../contracts/outcome.ts";
import type { QualityCheckResult } from "../contracts/quality-result.ts";
import { findModelQuality, type QualityFinding } from "../quality/find-model-quality.ts";
import { coverageOutcome, labelCoverage } from "../quality/label-coverage.ts";
import { predictionColumns } from "../quality/prediction-columns.ts";
import { qualityReportFiles } from "../report/quality-report-files.ts";
import { sha256Of } from "../window/fold.ts";
import { isoWindow } from "../window/plan.ts";
import { servedBaseline } from "../window/served-model.ts";
import { periodMillis, type Window } from "../window/window.ts";
import { readDeployments } from "./deployments.ts";
import { readInvocationCount } from "./invocations.ts";
import { listJoinInputs } from "./label-joins.ts";
import { writeObject } from "./objects.ts";
import { readQualityBaseline, type StoredQualityBaseline } from "./quality-baselines.ts";
import { joinWindow, type WindowJoin } from "./quality-joins.ts";
import { reportLocation, writeReport } from "./reports.ts";
import { stageCount, stageText } from "./stage.ts";
import { countUnmatchedLabels } from "./unmatched-labels.ts";
import { claimRevision, noteResult, readWindowRecord } from "./window-records.ts";

/** One finished check, and where its report lies. */
export interface FinishedQualityCheck {
  readonly result: QualityCheckResult;
  readonly revision: number;
  readonly reportUri: string;
}

type ModelQuality = NonNullable<MonitorDefinition["checks"]["modelQuality"]>;

/** A window of a monitor whose quality is asked for. */
export interface AskedQuality {
  readonly due: CheckDueDetail;
  readonly definition: MonitorDefinition;
  readonly modelQuality: ModelQuality;
  readonly window: Window;
  /** The time by which it is judged whether labels may still come. */
  readonly askedMillis: number;
}

interface Asked extends AskedQuality {
  /** Whether all labels that were expected should be there. */
  readonly isMature: boolean;
}

/** A window that one function's memory does not hold. */
export interface TooLargeWindow {
  readonly byteCount: number;
}

/** @returns null when the definition asks for no such check */
export function askQuality(
  due: CheckDueDetail,
  definition: MonitorDefinition,
  askedMillis: number,
): AskedQuality | null {
  const { modelQuality } = definition.checks;
  if (modelQuality === undefined) return null;
  const window = { fromMillis: Date.parse(due.window.from), toMillis: Date.parse(due.window.to) };
  return { due, definition, modelQuality, window, askedMillis };
}

/** Joins one window with the labels that have come and checks it, unless it is too large for that. */
export async function makeModelQualityCheck(
  asked: AskedQuality,
): Promise<FinishedQualityCheck | TooLargeWindow> {
  const { due, window, definition } = asked;
  const listed = await listJoinInputs(due, window);
  if (listed.byteCount > stageCount("joinBytes")) return { byteCount: listed.byteCount };
  const columns = predictionColumns(definition);
  return await checkJoined(asked, await joinWindow(due.endpoint, window, listed, columns));
}

/**
 * Checks a window that is joined with its labels and writes the report. The revision follows
 * from the captures and the labels that stand, so the order and number of their deliveries leave no
 * trace: a check made again of the same content writes the same bytes to the same place.
 *
 * @throws MonitoringError `check-overtaken` when a check of more labels finished meanwhile; made again,
 *   it reads those too
 */
export async function checkJoined(
  { askedMillis, ...rest }: AskedQuality,
  found: WindowJoin,
): Promise<FinishedQualityCheck> {
  const { due, definition, window } = rest;
  const maturedAtMillis = window.toMillis + periodMillis(definition.labels.expectedWithin);
  // An event that comes late must not make a window younger than it was judged to be.
  const judgedMillis = (await readWindowRecord(due))?.result?.asOfMillis ?? 0;
  const asOfMillis = Math.max(askedMillis, judgedMillis);
  const asked = { ...rest, askedMillis, isMature: asOfMillis >= maturedAtMillis };
  const deployments = await readDeployments(due.endpoint);
  const served = servedBaseline(deployments, due.variant, window);
  const baseline = await readQualityBaseline(definition, served);
  const finding = await compare(asked, found, baseline);
  const inputs = inputsOf(asked, found, baseline);
  const revision = await claimRevision(due, hashOf(asked, inputs, finding));
  if (due.variant === ALL_VARIANTS) await writeMerged(found);
  const owner = { ...due, window };
  const statistics = baseline instanceof MonitoringError ? null : baseline.statistics;
  await writeReport(owner, revision, qualityReportFiles(finding, statistics, inputs));
  const { outcome } = finding.result;
  const isLast = await noteResult(due, { ...found.inputs, revision, outcome, asOfMillis });
  if (!isLast) {
    const { endpoint, variant } = due;
    const rule = "a check of more labels finished meanwhile: must be made again";
    throw new MonitoringError(CHECK_OVERTAKEN, `check: ${endpoint}/${variant}: ${rule}`);
  }
  const reportUri = reportLocation(owner, revision);
  return { result: { ...finding.result, inputs }, revision, reportUri };
}

/** The code of the error that says that a check must be made again. */
export const CHECK_OVERTAKEN = "check-overtaken";

async function compare(
  { due, definition, modelQuality, window, isMature }: Asked,
  { joined, variants, absentObjectCount }: WindowJoin,
  baseline: StoredQualityBaseline | MonitoringError,
): Promise<QualityFinding> {
  const invocationCount = await readInvocationCount(due.endpoint, variants, window);
  const { minimumCoverage, expectedWithin } = definition.labels;
  // Of the endpoint as a whole, and once: whoever is matched by no variant is matched by none.
  const unmatchedLabelCount =
    isMature && due.variant === ALL_VARIANTS
      ? await countUnmatchedLabels(due.endpoint, window, periodMillis(expectedWithin))
      : null;
  const coverage = labelCoverage(joined, { invocationCount, unmatchedLabelCount });
  const finding = findModelQuality({
    joined,
    coverage,
    coverageOutcome: coverageOutcome(coverage, { minimumCoverage, isMature }),
    dialect: modelQuality.dialect,
    minimumLabelCount: modelQuality.minimumLabels,
    ...(baseline instanceof MonitoringError
      ? { constraints: null, baseline: null, noConstraintsBecause: baseline.message }
      : { constraints: baseline.constraints, baseline: baseline.statistics }),
  });
  const outcome = withAbsent(finding.result.outcome, absentObjectCount);
  return { ...finding, result: { ...finding.result, outcome } };
}

/** A pass over captures that are no longer all there says less than it seems. */
function withAbsent(outcome: Outcome, absentObjectCount: number): Outcome {
  if (absentObjectCount === 0 || outcome.outcome !== "passed") return outcome;
  const explanation = `${absentObjectCount} capture objects of the window are no longer there`;
  return { outcome: "inconclusive", reason: "late-beyond-retention", explanation };
}

function inputsOf(
  { due, window }: Asked,
  { captures, merged }: WindowJoin,
  baseline: StoredQualityBaseline | MonitoringError,
): QualityCheckResult["inputs"] {
  return {
    endpoint: due.endpoint,
    variant: due.variant,
    window: isoWindow(window),
    baseline: baseline instanceof MonitoringError ? [] : baseline.files,
    captures,
    // What stands of the labels, not the files they came in: those tell of order and repetition.
    labels: merged,
    codeVersion: stageText("codeVersion"),
  };
}

/** Of everything that the files of the report follow from. */
function hashOf(
  { definition, modelQuality, isMature }: Asked,
  inputs: QualityCheckResult["inputs"],
  { result: { coverage, outcome } }: QualityFinding,
): string {
  const { prediction = {}, labels, problem } = definition;
  const rules = { prediction, minimumCoverage: labels.minimumCoverage, problem, modelQuality };
  return sha256Of(JSON.stringify([inputs, rules, isMature, coverage, outcome]));
}

async function writeMerged({ mergedTexts }: WindowJoin): Promise<void> {
  const bucket = stageText("bucket");
  for (const [key, text] of mergedTexts) {
    await writeObject({ bucket, key }, text, "application/jsonl");
  }
}
