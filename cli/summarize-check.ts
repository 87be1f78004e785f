import { join } from "node:path";
import { checkName, observedAndLimit } from "../shared/report/check-words.ts";
import { measuredSentence, outcomeSentence } from "../shared/report/headline.ts";
import { formatCount } from "../shared/report/numbers.ts";
import { type DataQualityReport, listChecks } from "../shared/report/report-features.ts";
import { visibleText } from "../shared/report/visible-text.ts";

const ROWS_MAX = 20;
const NAME_LENGTH_MAX = 48;

/** What a check found, for a terminal: the report's own words, the worst first. */
export function summarizeCheck(report: DataQualityReport, out: string | undefined): string {
  const { outcome, quarantinedCount, quarantinedCounts } = report.result;
  const reasons = Object.entries(quarantinedCounts).map(([reason, count]) => `${count} ${reason}`);
  return [
    `${outcome.outcome}: ${outcomeSentence(report)}`,
    measuredSentence(report),
    ...(quarantinedCount > 0 ? [`Quarantined lines: ${reasons.join(", ")}.`] : []),
    ...violationLines(report),
    ...(out === undefined ? [] : ["", `Report: ${join(out, "report.html")}`]),
  ].join("\n");
}

function violationLines(report: DataQualityReport): string[] {
  const violated = listChecks(report, "violated");
  if (violated.length === 0) return [];
  const rows = violated.slice(0, ROWS_MAX).map((check) => {
    return [
      visibleText(check.feature, NAME_LENGTH_MAX),
      checkName(check),
      ...observedAndLimit(check),
    ];
  });
  const hiddenCount = violated.length - rows.length;
  return [
    "",
    ...alignColumns([["feature", "check", "observed", "limit"], ...rows]),
    ...(hiddenCount > 0 ? [`  and ${formatCount(hiddenCount)} more`] : []),
  ];
}

/** Texts at the left, the two numbers at the right. */
function alignColumns(rows: readonly (readonly string[])[]): string[] {
  const widths = [0, 1, 2, 3].map((column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows.map((row) => {
    const cells = row.map((cell, column) => {
      const width = widths[column] ?? 0;
      return column < 2 ? cell.padEnd(width) : cell.padStart(width);
    });
    return `  ${cells.join("  ")}`;
  });
}
