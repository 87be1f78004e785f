import { join } from "node:path";
import packageFile from "../package.json" with { type: "json" };
import type { CheckResult, InputFile } from "../shared/contracts/check-result.ts";
import { parseConstraints } from "../shared/contracts/constraints-codec.ts";
import { parseStatistics } from "../shared/contracts/statistics-codec.ts";
import { checkDataQuality, type DataQualityFinding } from "../shared/drift/check-data-quality.ts";
import { type ColumnsChoice, matchColumns } from "../shared/drift/match-columns.ts";
import type { Baseline } from "../shared/drift/suggest-baseline.ts";
import type { Profile } from "../shared/profile/profile.ts";
import { dataQualityReportFiles, reportOf } from "../shared/report/check-files.ts";
import { withCoverage } from "../shared/window/coverage.ts";
import type { Window } from "../shared/window/window.ts";
import { setExitCode } from "./exit-codes.ts";
import { listCaptureFiles, readTextFile, writeFiles } from "./files.ts";
import { printJson, printText } from "./output.ts";
import { profileCaptures } from "./profile-captures.ts";
import { summarizeCheck } from "./summarize-check.ts";

export interface CheckOptions {
  readonly baseline: string;
  readonly captures: string;
  readonly out?: string;
  readonly json?: boolean;
  readonly columns: ColumnsChoice;
  readonly minimumRows: number;
  readonly window?: Window;
}

/** `check data-quality`: captures and baseline from files, the deployed function's files out. */
export async function checkDataQualityOfFiles(options: CheckOptions): Promise<void> {
  const { baseline, files: baselineFiles } = await readBaseline(options.baseline);
  const captures = await listCaptureFiles(options.captures);
  const { profile, inputs } = await profileCaptures(captures, options.window);
  const finding = compare(baseline, profile, options);
  const checkInputs = {
    baseline: baselineFiles,
    captures: inputs,
    codeVersion: packageFile.version,
  };
  if (options.out !== undefined) {
    await writeFiles(options.out, dataQualityReportFiles(finding, baseline, checkInputs));
  }
  const result: CheckResult = { ...finding.result, inputs: checkInputs };
  if (options.json) printJson(result);
  else printText(summarizeCheck(reportOf(finding, baseline), options.out));
  if (describesInputsAlone(baseline, profile, options.columns)) {
    process.stderr.write("The baseline fits the captured inputs alone: try --columns inputs\n");
  }
  setExitCode(result.outcome);
}

/** A baseline of the training data has no column for the prediction, which each capture has. */
function describesInputsAlone(
  { statistics }: Baseline,
  profile: Profile,
  columns: ColumnsChoice,
): boolean {
  if (columns === "inputs") return false;
  const names = statistics.features.map(({ name }) => name);
  const rowCount = (choice: ColumnsChoice) => matchColumns(profile, names, choice).rowCount;
  return rowCount(columns) === 0 && rowCount("inputs") > 0;
}

function compare(
  baseline: Baseline,
  profile: Profile,
  { columns, minimumRows, window }: CheckOptions,
): DataQualityFinding {
  const finding = checkDataQuality({ baseline, profile, options: { columns, minimumRows } });
  if (window === undefined) return finding;
  // All captures that there are were read, so none can be missing.
  const counts = { countedObjectCount: 0, foldedObjectCount: 0 };
  const { lastInferenceMillis } = profile;
  const outcome = withCoverage(finding.result.outcome, { window, lastInferenceMillis, ...counts });
  return { ...finding, result: { ...finding.result, outcome } };
}

async function readBaseline(folder: string): Promise<{ baseline: Baseline; files: InputFile[] }> {
  const statistics = await readTextFile(join(folder, "statistics.json"));
  const constraints = await readTextFile(join(folder, "constraints.json"));
  return {
    baseline: {
      statistics: parseStatistics(statistics.text),
      constraints: parseConstraints(constraints.text),
    },
    files: [statistics.file, constraints.file],
  };
}
