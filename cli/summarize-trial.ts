import type {
  Evaluation,
  SliceComparison,
} from "../shared/contracts/self-healing/evaluation-report.ts";
import type { TrainingDataset } from "../shared/contracts/self-healing/training-set.ts";
import { formatNoun, formatNumber } from "../shared/report/numbers.ts";
import { metricName } from "../shared/report/quality-sentences.ts";
import type { TriedRetraining } from "./try-retraining.ts";

/** What a run would have come to, for a terminal. */
export function summarizeTrial(tried: TriedRetraining): string {
  const { untrained, dataset, evaluation } = tried;
  if (dataset === null || evaluation === null) {
    const counts = Object.entries(untrained?.counts?.leftOutCounts ?? {});
    return [
      `no-data: ${untrained?.reason}`,
      ...counts.map(([reason, count]) => `  left out: ${count} ${reason}`),
    ].join("\n");
  }
  return [
    `${evaluation.outcome}: ${evaluation.reason}`,
    ...dataLines(dataset),
    "",
    ...metricLines(evaluation),
    ...evaluation.slices.map(sliceLine),
    "",
    "Trained in the simulator, with its logistic regression, whatever the definition names.",
    "Nothing was written, and nothing was deployed.",
  ].join("\n");
}

function dataLines({
  window,
  counts,
  labelledFraction,
  droppedColumns,
}: TrainingDataset): string[] {
  const { trainRowCount, holdoutRowCount, leftOutCounts } = counts;
  const labelled =
    labelledFraction === null
      ? ""
      : `, ${formatNumber(100 * labelledFraction)} % of the captured rows labelled`;
  const leftOut = Object.entries(leftOutCounts).map(([reason, count]) => `${count} ${reason}`);
  return [
    `learned from ${formatNoun(trainRowCount, "row")} of ${window.from} to ${window.cut}${labelled}`,
    `compared on ${formatNoun(holdoutRowCount, "row")} from ${window.cut} to ${window.to}`,
    ...(leftOut.length === 0 ? [] : [`left out: ${leftOut.join(", ")}`]),
    ...(droppedColumns.length === 0 ? [] : [`without the columns ${droppedColumns.join(", ")}`]),
  ];
}

function metricLines({ championMetrics, challengerMetrics }: Evaluation): string[] {
  const rows = championMetrics.flatMap(({ metric, value }) => {
    const challenger =
      challengerMetrics.find((reading) => reading.metric === metric)?.value ?? null;
    // What the best constant answer would come to says nothing of either model.
    if (value === null || challenger === null || metric.includes("best_constant")) return [];
    return [[metricName(metric), formatNumber(value), formatNumber(challenger)]];
  });
  const table = [["metric", "champion", "challenger"], ...rows];
  const widths = [0, 1, 2].map((column) => Math.max(...table.map((row) => row[column]!.length)));
  return table.map(([metric, champion, challenger]) => {
    const values = [champion!.padStart(widths[1]!), challenger!.padStart(widths[2]!)];
    return `  ${metric!.padEnd(widths[0]!)}  ${values.join("  ")}`;
  });
}

function sliceLine({ feature, value, outcome, reason }: SliceComparison): string {
  return `  ${feature} = ${value}: ${outcome}: ${reason}`;
}
