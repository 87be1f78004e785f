import type { FeatureStatistics } from "../contracts/statistics-file.ts";
import { categoryFigure } from "./category-figure.ts";
import { compareCategories } from "./category-shares.ts";
import { checkName, observedAndLimit, outcomeMark } from "./check-words.ts";
import type { Detail } from "./detail.ts";
import { numbersTable } from "./feature-numbers.ts";
import { type Html, html } from "./html.ts";
import { NO_NUMBER } from "./numbers.ts";
import { numericFigure } from "./numeric-figure.ts";
import type { ReportFeature } from "./report-features.ts";
import { typeStrips } from "./type-strips.ts";
import { visibleText } from "./visible-text.ts";
import { readWeightedPoints } from "./weighted-points.ts";

/** One feature: its checks; baseline against window, drawn and in numbers. */
export function featureSection(feature: ReportFeature, id: string, detail: Detail): Html {
  const name = html`<bdi>${visibleText(feature.name)}</bdi>`;
  return html`<section id="${id}" class="f">
    <div><h3>${outcomeMark(feature.outcome)} ${name}</h3>${checksTable(feature)}</div>
    <div>${drawings(feature, detail)}${numbersTable(feature)}${typeStrips(feature)}</div>
  </section>`;
}

/** Features that are listed and not drawn, a row each. */
export function furtherFeaturesTable(
  features: readonly ReportFeature[],
  firstIndex: number,
): Html | null {
  if (features.length === 0) return null;
  const rows = features.map(({ name, outcome, checks }, index) => {
    const drift = checks.find(({ check }) => check === "baseline_drift_check");
    return html`<tr id="f${firstIndex + index}"><th>${outcomeMark(outcome)}
      <bdi>${visibleText(name)}</bdi><td>${drift ? observedAndLimit(drift)[0] : NO_NUMBER}`;
  });
  return html`<section><h2>Further features</h2>
    <p class="n">Not drawn: none of them is among the first ${firstIndex}.</p>
    <table class="q"><tr><th>feature<th>drift${rows}</table>
  </section>`;
}

function checksTable({ checks }: ReportFeature): Html {
  if (checks.length === 0) return html`<p class="n">Nothing was checked.</p>`;
  const rows = checks.map((check) => {
    const [observed, limit] = observedAndLimit(check);
    return html`<tr class="${check.outcome}"><th>${checkName(check)}<td>${observed}<td>${limit}`;
  });
  return html`<table class="c"><tr><th>check<th>observed<th>limit${rows}</table>`;
}

function drawings(feature: ReportFeature, detail: Detail): Html {
  const { baseline, window, constraints, checks } = feature;
  const isFar = checks.some(
    ({ check, outcome }) => check === "baseline_drift_check" && outcome === "violated",
  );
  const samples = {
    baseline: readWeightedPoints(baseline?.numerical_statistics),
    window: readWeightedPoints(window?.numerical_statistics),
  };
  const figure = numericFigure(samples, detail);
  const texts = [baseline?.string_statistics, window?.string_statistics] as const;
  const categories = compareCategories(texts, detail.categoryCount);
  const domain = constraints?.string_constraints?.domains ?? null;
  if (figure === null && categories === null) {
    return html`<p class="n">${whyNotDrawn([baseline, window])}</p>`;
  }
  return html`
    ${figure && html`<div class="${isFar ? "d far" : "d"}">${figure}</div>`}
    ${categories && categoryFigure(categories, domain)}`;
}

function whyNotDrawn(sides: readonly (FeatureStatistics | undefined)[]): string {
  const absent = (side: FeatureStatistics | undefined) =>
    side === undefined || side.inferred_type === "Unknown";
  return sides.every(absent)
    ? "No value is present."
    : "Too many distinct texts to list or to compare.";
}
