import { DRAWN_FEATURES_MAX, detailFor } from "./detail.ts";
import { featureSection, furtherFeaturesTable } from "./feature-section.ts";
import { headline } from "./headline.ts";
import { type Html, html } from "./html.ts";
import { page } from "./page.ts";
import { type DataQualityReport, listChecks, listReportFeatures } from "./report-features.ts";
import { checksTable, notCheckedTable, quarantineTable } from "./summary-tables.ts";

/**
 * `report.html` of a data-quality check: one page that needs nothing else, no script, no network.
 *
 * The same result and statistics give the same bytes. Names and values from the data appear as text
 * whatever they hold; a value that fewer than five rows carry is not named.
 */
export function renderDataQualityReport(report: DataQualityReport): string {
  const features = listReportFeatures(report);
  const idOfFeature = new Map(features.map(({ name }, index) => [name, `f${index}`]));
  const detail = detailFor(features.length);
  const sections = features
    .slice(0, DRAWN_FEATURES_MAX)
    .map((feature, index) => featureSection(feature, `f${index}`, detail));
  return page(
    `Data quality: ${report.result.outcome.outcome}`,
    html`${headline(report)}
      ${checksTable("Violations", listChecks(report, "violated"), idOfFeature)}
      ${checksTable("Not decided", listChecks(report, "inconclusive"), idOfFeature)}
      ${notCheckedTable(report.result.notChecked)}
      ${quarantineTable(report.result.quarantinedCounts)}
      ${sections.length > 0 && html`<h2>Features</h2>${legend(report)}${sections}`}
      ${furtherFeaturesTable(features.slice(DRAWN_FEATURES_MAX), DRAWN_FEATURES_MAX)}`,
  ).markup;
}

const HOW_TO_READ =
  "window. Left, how often each value occurs; right, the fraction of values at or below it, with " +
  "the widest gap between the two marked";
const ROBUST = ": the drift distance is this gap less an allowance for few rows";

function legend({ result }: DataQualityReport): Html {
  const robust = result.checks.some(({ method }) => method?.endsWith("robust"));
  return html`<p class="n">
    <span class="key"></span>baseline <span class="key kw"></span>
    ${HOW_TO_READ}${robust && ROBUST}. Worst feature first.
  </p>`;
}
