import { join } from "node:path";
import type { QualityCheckResult } from "../shared/contracts/quality-result.ts";
import { formatComparison, formatNumber } from "../shared/report/numbers.ts";
import {
  measuredSentence,
  metricName,
  outcomeSentence,
} from "../shared/report/quality-sentences.ts";

/** What a model-quality check found, for a terminal: the report's own words and every metric. */
export function summarizeQuality(result: QualityCheckResult, out: string | undefined): string {
  return [
    `${result.outcome.outcome}: ${outcomeSentence(result)}`,
    measuredSentence(result),
    ...metricLines(result),
    ...(out === undefined ? [] : ["", `Report: ${join(out, "report.html")}`]),
  ].join("\n");
}

function metricLines({ metrics, checks }: QualityCheckResult): string[] {
  if (metrics.length === 0) return [];
  const checkOf = new Map(checks.map((check) => [check.metric, check]));
  const rows = metrics.map(({ metric, value, interval }) => {
    const check = checkOf.get(metric);
    const [observed, limit] = formatComparison(value, check?.threshold ?? null, formatNumber);
    const bounds =
      interval === null ? "" : `${formatNumber(interval.lower)} to ${formatNumber(interval.upper)}`;
    return [metricName(metric), observed, bounds, limit, check?.outcome ?? ""];
  });
  return ["", ...aligned([["metric", "window", "95 % interval", "limit", "outcome"], ...rows])];
}

function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = [0, 1, 2, 3, 4].map((column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows.map((row) => {
    const cells = row.map((cell, column) => {
      const width = widths[column] ?? 0;
      return column === 0 || column === 4 ? cell.padEnd(width) : cell.padStart(width);
    });
    return `  ${cells.join("  ").trimEnd()}`;
  });
}
