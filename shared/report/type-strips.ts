import type { FeatureStatistics } from "../contracts/statistics-file.ts";
import type { TypeCounts } from "../sketch/column-state.ts";
import { type Html, html } from "./html.ts";
import { formatPercent } from "./numbers.ts";
import type { ReportFeature } from "./report-features.ts";

interface Part {
  readonly name: string;
  /** Of the baseline; of the window and its type, or another type; or no value at all. */
  readonly kind: "baseline" | "same" | "other" | "missing";
  readonly fraction: number;
}

/** What the cells held, baseline above window: values of each type, and the missing ones. */
export function typeStrips(feature: ReportFeature): Html {
  const expected = feature.constraints?.inferred_type ?? feature.baseline?.inferred_type;
  return html`<table class="t">
    ${strip("baseline", baselineParts(feature))}
    ${strip("window", windowParts(feature, expected))}
  </table>`;
}

function strip(name: string, parts: readonly Part[]): Html | null {
  if (parts.length === 0) return null;
  const bars = parts.map(
    ({ kind, fraction }) =>
      html`<i class="${kind}" style="width:${(fraction * 100).toFixed(1)}%"></i>`,
  );
  const words = parts.map(({ name, fraction }) => `${formatPercent(fraction)} ${name}`).join(", ");
  return html`<tr><th>${name}<td class="s">${bars}<td>${words}`;
}

function baselineParts({ baseline }: ReportFeature): Part[] {
  if (baseline === undefined) return [];
  const { present, missing } = readCells(baseline);
  return toParts([
    { name: baseline.inferred_type, kind: "baseline", fraction: present },
    { name: "missing", kind: "missing", fraction: missing },
  ]);
}

function windowParts({ window, types }: ReportFeature, expected: string | undefined): Part[] {
  if (window === undefined) return [];
  const { present, missing } = readCells(window);
  const counts = types ?? { ...NO_TYPES, [window.inferred_type.toLowerCase()]: present };
  const parts = TYPE_NAMES.map(({ key, name }): Part => {
    const kind = isExpected(key, expected, counts) ? "same" : "other";
    return { name, kind, fraction: counts[key] };
  });
  return toParts([...parts, { name: "missing", kind: "missing", fraction: missing }]);
}

/** By the rule of the data type check, which takes numbers in a text column when texts are there. */
function isExpected(
  type: keyof TypeCounts,
  expected: string | undefined,
  counts: TypeCounts,
): boolean {
  if (expected === "Integral") return type === "integral";
  if (expected === "Fractional") return type === "integral" || type === "fractional";
  if (expected === "String") return counts.boolean + counts.string > 0;
  return true;
}

const NO_TYPES: TypeCounts = { integral: 0, fractional: 0, boolean: 0, string: 0 };

const TYPE_NAMES = [
  { key: "integral", name: "Integral" },
  { key: "fractional", name: "Fractional" },
  { key: "boolean", name: "Boolean" },
  { key: "string", name: "String" },
] as const;

function readCells(statistics: FeatureStatistics): { present: number; missing: number } {
  const { common } = statistics.numerical_statistics ?? statistics.string_statistics ?? {};
  // An Unknown feature has no block of numbers, because no value of it was present.
  if (common === undefined) return { present: 0, missing: 1 };
  return { present: common.num_present, missing: common.num_missing };
}

/** Counts to fractions of all cells, without the empty ones. */
function toParts(counts: readonly Part[]): Part[] {
  const total = counts.reduce((sum, part) => sum + part.fraction, 0);
  return counts
    .filter((part) => part.fraction > 0)
    .map((part) => ({ ...part, fraction: part.fraction / total }));
}
