import type { ChurnRow } from "./churn-rows.ts";

/** Something upstream changed, and nobody told the model. */
export type UpstreamChange =
  /** A unit changed: every value is multiplied, as minutes that come in seconds. */
  | { readonly kind: "scaled"; readonly feature: string; readonly factor: number }
  /** The value is no longer there: the field is empty. */
  | { readonly kind: "missing"; readonly feature: string }
  /** The value comes as text: `182.9` becomes `182.9 min`. */
  | { readonly kind: "text"; readonly feature: string; readonly unit: string };

/** The row as it arrives after the changes; the customer, and so the label, is the same. */
export function injectChanges(
  row: ChurnRow,
  features: readonly string[],
  changes: readonly UpstreamChange[],
): ChurnRow {
  const values = [...row.values];
  for (const change of changes) {
    const index = features.indexOf(change.feature);
    if (index === -1) throw new RangeError(`injection: there is no feature "${change.feature}"`);
    values[index] = changed(values[index]!, change);
  }
  return { label: row.label, values };
}

function changed(value: string, change: UpstreamChange): string {
  if (change.kind === "missing" || value === "") return "";
  if (change.kind === "text") return `${value} ${change.unit}`;
  // As many decimals as before: a factor must not leave 10973.999999999998.
  return (Number(value) * change.factor).toFixed(value.split(".")[1]?.length ?? 0);
}
