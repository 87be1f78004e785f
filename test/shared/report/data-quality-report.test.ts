import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { renderDataQualityReport } from "../../../shared/report/data-quality-report.ts";
import { HOSTILE_NAMES } from "./hostile-names.ts";
import { SAMPLE_FEATURES } from "./sample-features.ts";
import { numericFeature, type SampleFeature, sampleReport, textFeature } from "./sample-report.ts";

const REPORT = sampleReport(SAMPLE_FEATURES, {
  quarantinedCount: 14,
  quarantinedCounts: { "not-json": 12, "unequal-row-counts": 2 },
});

function textOf(markup: string): string {
  return markup.replaceAll(/<style>.*?<\/style>/gs, "").replaceAll(/<[^>]*>/g, "\u2022");
}

describe("renderDataQualityReport", () => {
  it("says the outcome in a sentence with numbers", () => {
    expect(renderDataQualityReport(REPORT)).toContain("<h1>5 of 9 features violate 6 constraints.");
    const { constant } = SAMPLE_FEATURES;
    expect(
      renderDataQualityReport(sampleReport({ constant: constant as SampleFeature })),
    ).toContain("<h1>The one feature holds: 1 constraint checked, none violated.");
    const inconclusive = sampleReport(
      {},
      {
        outcome: {
          outcome: "inconclusive",
          reason: "no-captures",
          explanation: "no capture has an inference time in the window",
        },
        rowCount: 0,
        recordCount: 0,
        firstInferenceTime: null,
        lastInferenceTime: null,
      },
    );
    const page = renderDataQualityReport({ ...inconclusive, window: null, baseline: null });
    expect(page).toContain("No verdict: no capture has an inference time");
    expect(textOf(page)).not.toContain("passed");
  });

  it("puts the worst feature first", () => {
    const order = [...renderDataQualityReport(REPORT).matchAll(/<h3>.*?<bdi>(.*?)<\/bdi>/g)];
    expect(order.map(([, name]) => name)).toEqual([
      "eve_charge",
      "account_length",
      "state",
      "day_minutes",
      "night_calls",
      "customer_service_calls",
      "international_plan_yes",
      "constant",
      "phone",
    ]);
  });

  it("shows each violation with what was observed, its limit and the explanation", () => {
    const text = textOf(renderDataQualityReport(REPORT));
    expect(text).toMatch(/night_calls\u2022+completeness\u20220*88 %\u2022≥ 100 %/);
    expect(text).toContain("Baseline drift distance: 0.2371 exceeds threshold: 0.1");
    expect(text).toMatch(/Not decided[\s\S]*account_length is Integral in the baseline/);
    expect(text).toMatch(
      /Quarantined lines[\s\S]*not-json\u2022+12\u2022+unequal-row-counts\u2022+2/,
    );
  });

  it("gives the same bytes whatever the inputs were called", () => {
    const inputs = { baseline: [], captures: [], codeVersion: "1", endpoint: "churn" };
    const named = { ...REPORT, result: { ...REPORT.result, inputs } };
    expect(renderDataQualityReport(named)).toBe(renderDataQualityReport(REPORT));
  });

  it("gives the same bytes whatever the order of checks and of statistics", () => {
    const turned = {
      ...REPORT,
      result: { ...REPORT.result, checks: REPORT.result.checks.toReversed() },
      window: { ...REPORT.window!, features: REPORT.window!.features.toReversed() },
      baseline: { ...REPORT.baseline!, features: REPORT.baseline!.features.toReversed() },
    };
    expect(renderDataQualityReport(turned)).toBe(renderDataQualityReport(REPORT));
  });

  it.each(Object.keys(SAMPLE_FEATURES))("stays under 500 kB with 200 features like %s", (kind) => {
    const page = renderDataQualityReport(manyFeatures(200, [kind]));
    expect(Buffer.byteLength(page)).toBeLessThan(500_000);
    expect(page.match(/<h3>/g)).toHaveLength(200);
    expect(page).not.toContain("Further features");
  });

  it("draws the first 200 features and lists the others", () => {
    const page = renderDataQualityReport(manyFeatures(260, Object.keys(SAMPLE_FEATURES)));
    expect(page.match(/<h3>/g)).toHaveLength(200);
    const [, further = ""] = page.split("<h2>Further features</h2>");
    expect(further.match(/<tr id="f2\d\d"><th>/g)).toHaveLength(60);
    expect(further).not.toContain("violated");
  });

  it("refers to nothing outside itself", () => {
    const page = renderDataQualityReport(REPORT);
    expect(page).not.toMatch(/https?:|<script|<link|<img|@import|url\(|javascript:/i);
  });
});

/** So many features, each like one of the samples in turn. */
function manyFeatures(count: number, kinds: readonly string[]) {
  const features = Array.from({ length: count }, (_, index): [string, SampleFeature] => {
    const kind = kinds[index % kinds.length]!;
    return [`${kind}_${index}`, renamed(SAMPLE_FEATURES[kind]!, `${kind}_${index}`)];
  });
  return sampleReport(Object.fromEntries(features));
}

function renamed(feature: SampleFeature, name: string): SampleFeature {
  return {
    ...feature,
    ...(feature.baseline && { baseline: { ...feature.baseline, name } }),
    ...(feature.window && { window: { ...feature.window, name } }),
    ...(feature.constraints && { constraints: { ...feature.constraints, name } }),
  };
}

describe("text from the data", () => {
  it.each(HOSTILE_NAMES)("never becomes markup: $shown", ({ name }) => {
    const benign = renderDataQualityReport(reportNaming("a"));
    const hostile = renderDataQualityReport(reportNaming(name));
    expect(tagsOf(hostile)).toEqual(tagsOf(benign));
  });

  it("never becomes markup, whatever it is", () => {
    const benign = tagsOf(renderDataQualityReport(reportNaming("a")));
    fc.assert(
      fc.property(fc.string({ unit: "binary", minLength: 1, maxLength: 40 }), (name) => {
        expect(tagsOf(renderDataQualityReport(reportNaming(name)))).toEqual(benign);
      }),
    );
  });

  it("is folded when fewer than five rows carry it", () => {
    const rare = textFeature("city", { Paris: 40, Oslo: 5, "M. Dupont, 7 rue X": 4, Rome: 1 });
    const page = renderDataQualityReport(
      sampleReport({ city: { baseline: textFeature("city", { Paris: 60 }), window: rare } }),
    );
    expect(page).toContain("Paris");
    expect(page).toContain("Oslo");
    expect(page).not.toContain("Dupont");
    expect(page).not.toContain("Rome");
    expect(textOf(page)).toMatch(/2 others\u2022+0 %\u202210 %/);
  });
});

function reportNaming(name: string) {
  const explanation = `feature ${name} is not there`;
  return sampleReport({
    [`_${name}`]: {
      baseline: numericFeature(`_${name}`, [1, 2, 3]),
      window: textFeature(`_${name}`, { [`_${name}`]: 12 }),
      checks: [
        {
          check: "baseline_drift_check",
          outcome: "violated",
          observed: 1,
          threshold: 0.1,
          explanation,
        },
      ],
    },
  });
}

function tagsOf(page: string): string[] {
  return page.match(/<[^>]*>/g) ?? [];
}
