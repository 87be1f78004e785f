import { join as joinPath } from "node:path";
import packageFile from "../package.json" with { type: "json" };
import type { InputFile } from "../shared/contracts/check-result.ts";
import { MonitoringError } from "../shared/contracts/monitoring-error.ts";
import {
  type Dialect,
  type Problem,
  parseQualityConstraints,
  parseQualityStatistics,
  type QualityConstraints,
  type QualityStatistics,
} from "../shared/contracts/quality-files.ts";
import { findModelQuality } from "../shared/quality/find-model-quality.ts";
import { JoinedRowsBuilder } from "../shared/quality/joined-rows.ts";
import { coverageOutcome, labelCoverage } from "../shared/quality/label-coverage.ts";
import { type PredictionColumns, predictionColumns } from "../shared/quality/prediction-columns.ts";
import { qualityReportFiles } from "../shared/report/quality-report-files.ts";
import type { Window } from "../shared/window/window.ts";
import { setExitCode } from "./exit-codes.ts";
import { readTextFile, writeFiles } from "./files.ts";
import { joinFiles, rejectionLines } from "./join-files.ts";
import { printJson, printText } from "./output.ts";
import { summarizeQuality } from "./summarize-quality.ts";

export interface PredictionOptions {
  readonly problem?: Problem;
  readonly probability?: number | string;
  /** Column of the predicted label or value. */
  readonly prediction?: number | string;
  readonly threshold?: number;
  /** Of several classes: their names, and the columns of their probabilities. */
  readonly classes?: string[];
  readonly probabilities?: (number | string)[] | number | string;
}

export interface QualityOptions extends PredictionOptions {
  readonly baseline: string;
  readonly captures: string;
  readonly labels: string;
  readonly out?: string;
  readonly json?: boolean;
  readonly dialect: Dialect;
  readonly minimumLabels: number;
  readonly minimumCoverage: number;
  readonly window?: Window;
}

/** `check model-quality`: captures, labels and baseline from files, the deployed function's files out. */
export async function checkModelQualityOfFiles(options: QualityOptions): Promise<void> {
  const baseline = await readBaseline(options.baseline);
  const { problem } = baseline.constraints;
  if (options.problem !== undefined && options.problem !== problem) {
    throw new MonitoringError(
      "problems-differ",
      `--problem ${options.problem}: the baseline is of ${problem}: must be the same`,
    );
  }
  const { join, captures, labels } = await joinFiles(options);
  const builder = new JoinedRowsBuilder(columnsOf(problem, options));
  builder.add(join, options.window ?? null);
  const joined = builder.rows();
  // A folder of labels may hold those of other weeks; merge-labels says which have no capture.
  const coverage = labelCoverage(joined, { invocationCount: null, unmatchedLabelCount: null });
  const { minimumCoverage, dialect, minimumLabels } = options;
  const finding = findModelQuality({
    joined,
    coverage,
    // All labels that there are were given.
    coverageOutcome: coverageOutcome(coverage, { minimumCoverage, isMature: true }),
    dialect,
    minimumLabelCount: minimumLabels,
    constraints: baseline.constraints,
    baseline: baseline.statistics,
  });
  const codeVersion = packageFile.version;
  const inputs = { baseline: baseline.files, captures, labels, codeVersion };
  if (options.out !== undefined) {
    await writeFiles(options.out, qualityReportFiles(finding, baseline.statistics, inputs));
  }
  for (const line of rejectionLines(join)) process.stderr.write(`${line}\n`);
  const result = { ...finding.result, inputs };
  if (options.json) printJson(result);
  else printText(summarizeQuality(result, options.out));
  setExitCode(result.outcome);
}

export function columnsOf(problem: Problem, options: PredictionOptions): PredictionColumns {
  const { probability, prediction: label, threshold, classes, probabilities } = options;
  if ((classes === undefined) !== (probabilities === undefined)) {
    const given = classes === undefined ? "--probabilities" : "--classes";
    const rule = "--classes and --probabilities must be given together";
    throw new MonitoringError("invalid-prediction-columns", `${given}: alone: ${rule}`);
  }
  if (Array.isArray(probabilities) && probabilities.length !== classes?.length) {
    const counts = `${probabilities.length} columns of ${classes?.length} classes`;
    throw new MonitoringError(
      "invalid-prediction-columns",
      `--probabilities: ${counts}: must be one a class`,
    );
  }
  const prediction = { probability, label, threshold, classes, probabilities };
  return predictionColumns({ problem, prediction });
}

interface QualityBaseline {
  readonly constraints: QualityConstraints;
  readonly statistics: QualityStatistics;
  readonly files: readonly InputFile[];
}

async function readBaseline(folder: string): Promise<QualityBaseline> {
  const statistics = await readTextFile(joinPath(folder, "statistics.json"));
  const constraints = await readTextFile(joinPath(folder, "constraints.json"));
  return {
    statistics: parseQualityStatistics(statistics.text),
    constraints: parseQualityConstraints(constraints.text),
    files: [statistics.file, constraints.file],
  };
}
