import type { QualityStatistics } from "../contracts/quality-files.ts";
import type { QualityCheckResult } from "../contracts/quality-result.ts";
import type { QualityMeasurement } from "../quality/measure-quality.ts";
import { confusionTable } from "./confusion-table.ts";
import { coverageTable } from "./coverage-table.ts";
import { type Html, html } from "./html.ts";
import { metricTable } from "./metric-table.ts";
import { page } from "./page.ts";
import { qualityCurves } from "./quality-curves.ts";
import { measuredSentence, outcomeSentence } from "./quality-sentences.ts";

/** All that a quality report says. */
export interface ModelQualityReport {
  readonly result: QualityCheckResult;
  /** Its confusion matrix and curves; the rest stands in the result. */
  readonly measurement: Pick<QualityMeasurement, "confusion" | "curves">;
  /** The baseline's own curves are drawn behind the window's; null when it has none. */
  readonly baseline: QualityStatistics | null;
}

/**
 * `report.html` of a model-quality check. The same result and measurement give the same bytes; names of
 * classes appear as text whatever they hold.
 */
export function renderModelQualityReport(report: ModelQualityReport): string {
  const { result, measurement, baseline } = report;
  return page(
    `Model quality: ${result.outcome.outcome}`,
    html`${headline(result)}
      ${metricTable(result)}
      ${measurement.confusion && confusionTable(measurement.confusion)}
      ${measurement.curves && qualityCurves(measurement.curves, baseline)}
      ${coverageTable(result.coverage)}`,
  ).markup;
}

function headline(result: QualityCheckResult): Html {
  const { outcome } = result.outcome;
  return html`<header>
    <p class="o ${outcome}">Model quality: ${outcome}</p>
    <h1>${outcomeSentence(result)}</h1>
    <p>${measuredSentence(result)}</p>
  </header>`;
}
