import { describe, expect, it } from "vitest";
import type { QualityCheckResult } from "../../../shared/contracts/quality-result.ts";
import { renderModelQualityReport } from "../../../shared/report/model-quality-report.ts";
import { qualityReportFiles } from "../../../shared/report/quality-report-files.ts";
import { sampleFinding } from "../quality/sample-result.ts";
import { HOSTILE_NAMES } from "./hostile-names.ts";

const inputs = { baseline: [], captures: [], labels: [], codeVersion: "1.0.0" };
const finding = sampleFinding();
const result: QualityCheckResult = { ...finding.result, inputs };
const { measurement } = finding;
const page = renderModelQualityReport({ result, measurement, baseline: null });

describe("renderModelQualityReport", () => {
  it("says the drop in a sentence with its numbers", () => {
    expect(page).toContain('<p class="o violated">Model quality: violated</p>');
    expect(page).toContain("<h1>Accuracy 0.91 → 0.841 (0.8278 to 0.8534).</h1>");
    expect(page).toContain("Measured on 3120 labelled rows of 3600 captured.");
  });

  it("has every metric, violated ones first, and how much is labelled", () => {
    const rows = page.slice(page.indexOf("<h2>Metrics"), page.indexOf("<h2>Confusion"));
    expect(rows.match(/<tr class="/g)).toHaveLength(result.metrics.length);
    expect(rows).toMatch(
      /<tr class="violated"><th>accuracy<td>0\.841<td>0\.8278 to 0\.8534<td>0\.91/,
    );
    expect(rows.indexOf('class="violated"')).toBeLessThan(rows.indexOf('class="passed"'));
    expect(page).toContain("86.7 % of the captured");
    expect(page).toContain("100 % of the invocations");
  });

  it("draws both curves with a name for who cannot see them", () => {
    expect(page.match(/<svg[^>]* role="img" aria-label="[^"]+"/g)).toHaveLength(2);
    expect(page).not.toContain("NaN");
  });

  it("needs no script and no network", () => {
    expect(page).not.toMatch(/<script|src=|https?:/);
  });

  it("shows names of classes as text whatever they hold", () => {
    const classes = HOSTILE_NAMES.slice(0, 15).map(({ name }) => name);
    const counts = new Float64Array(classes.length ** 2).fill(1);
    const confusion = { classes, counts };
    const hostile = renderModelQualityReport({
      result,
      measurement: { confusion, curves: null },
      baseline: null,
    });
    expect(hostile).not.toMatch(/<script|<img|<\/style><\/table|\u202e/);
  });

  it("says why there is no verdict", () => {
    const outcome = {
      outcome: "inconclusive",
      reason: "labels-outstanding",
      explanation: "10 of 20 captured rows are labelled, and labels may still come",
    } as const;
    const open = { ...result, outcome };
    expect(renderModelQualityReport({ result: open, measurement, baseline: null })).toContain(
      "<h1>No verdict: 10 of 20 captured rows are labelled, and labels may still come</h1>",
    );
  });
});

describe("qualityReportFiles", () => {
  it("are the same bytes for the same finding", () => {
    expect(qualityReportFiles(sampleFinding(), null, inputs)).toEqual(
      qualityReportFiles(finding, null, inputs),
    );
  });
});
