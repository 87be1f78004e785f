import { join } from "node:path";
import { MonitoringError } from "../shared/contracts/monitoring-error.ts";
import {
  type Dialect,
  type Problem,
  qualityConstraintsText,
  qualityStatisticsText,
} from "../shared/contracts/quality-files.ts";
import { JoinedRowsBuilder } from "../shared/quality/joined-rows.ts";
import { measureQuality } from "../shared/quality/measure-quality.ts";
import { type PredictionColumns, predictedRow } from "../shared/quality/prediction-columns.ts";
import { qualityStatistics } from "../shared/quality/quality-statistics.ts";
import { suggestQualityConstraints } from "../shared/quality/suggest-quality-constraints.ts";
import { formatNoun, formatNumber } from "../shared/report/numbers.ts";
import { metricName } from "../shared/report/quality-sentences.ts";
import { columnsOf, type PredictionOptions } from "./check-model-quality.ts";
import { writeFiles } from "./files.ts";
import { printJson, printText } from "./output.ts";
import { readTableRows, type TableRows } from "./table-rows.ts";

export interface QualityBaselineOptions extends PredictionOptions {
  readonly predictions: string;
  readonly problem: Problem;
  /** Column of the labels. */
  readonly truth: number | string;
  readonly dialect: Dialect;
  readonly out: string;
  readonly json?: boolean;
}

/** `baseline --predictions`: scored rows with their labels in, the two files of a quality baseline out. */
export async function makeQualityBaseline(options: QualityBaselineOptions): Promise<void> {
  const { predictions: path, problem, dialect, out } = options;
  const table = await readTableRows(path);
  const columns = columnsOf(problem, withColumn(options));
  requireColumns(table, columns);
  const truth = columnIndex(table, options.truth, "--truth");
  const builder = new JoinedRowsBuilder(columns);
  for (const cells of table.rows) {
    const predicted = predictedRow({ names: table.names, cells }, columns);
    builder.addRecord([predicted], [cells[truth] ?? null]);
  }
  const { rows, unreadableCount, capturedCount } = builder.rows("given");
  const lostCount = unreadableCount + capturedCount - rows.labels.length;
  if (rows.labels.length === 0) {
    const rule = "one must have a prediction and a label that can be read";
    throw new MonitoringError("no-labelled-rows", `${path}: ${table.rows.length} rows: ${rule}`);
  }
  const measurement = measureQuality(rows, dialect);
  const constraints = suggestQualityConstraints(measurement);
  await writeFiles(
    out,
    new Map([
      ["statistics.json", qualityStatisticsText(qualityStatistics(measurement))],
      ["constraints.json", qualityConstraintsText(constraints)],
    ]),
  );
  if (lostCount > 0) {
    process.stderr.write(
      `Rows without a readable prediction or label are left out: ${lostCount}\n`,
    );
  }
  const files = [join(out, "statistics.json"), join(out, "constraints.json")] as const;
  const thresholds = Object.entries(constraints.constraints);
  if (options.json) {
    const [statistics, constraintsFile] = files;
    const rowCount = rows.labels.length;
    const thresholds = constraints.constraints;
    printJson({ statistics, constraints: constraintsFile, rowCount, problem, thresholds });
    return;
  }
  const metrics = thresholds.map(
    ([name, { threshold }]) => `  ${metricName(name)} ${formatNumber(threshold)}`,
  );
  const rowsText = formatNoun(rows.labels.length, "labelled row");
  printText(
    [`Quality baseline of ${rowsText}`, ...metrics, ...files.map((f) => `  ${f}`)].join("\n"),
  );
}

/** A table has names: without any option the column is called after what it holds. */
function withColumn(options: QualityBaselineOptions): QualityBaselineOptions {
  const { probability, prediction, probabilities } = options;
  if ([probability, prediction, probabilities].some((column) => column !== undefined)) {
    return options;
  }
  return options.problem === "binary-classification"
    ? { ...options, probability: "probability" }
    : { ...options, prediction: "prediction" };
}

function requireColumns(table: TableRows, columns: PredictionColumns): void {
  const { probability, label, classes } = columns;
  if (probability !== null) columnIndex(table, probability, "--probability");
  if (label !== null) columnIndex(table, label, "--prediction");
  for (const column of [classes?.columns ?? []].flat()) {
    columnIndex(table, column, "--probabilities");
  }
}

function columnIndex({ names }: TableRows, column: number | string, option: string): number {
  const index = typeof column === "number" ? column : names.indexOf(column);
  if (index >= 0 && index < names.length) return index;
  throw new MonitoringError(
    "unknown-column",
    `${option}: "${column}": no column has this name (${names.join(", ")})`,
  );
}
