import type { ChurnRow } from "./churn-rows.ts";

/** The world changed: whoever has more than so much of a feature leaves, whatever else is known of them. */
export interface RivalOffer {
  readonly feature: string;
  readonly above: number;
}

/** The customer under the offer: the same features, perhaps another label. */
export function underOffer(
  { label, values }: ChurnRow,
  features: readonly string[],
  { feature, above }: RivalOffer,
): ChurnRow {
  const index = features.indexOf(feature);
  if (index === -1) throw new RangeError(`offer: there is no feature "${feature}"`);
  return { label: Number(values[index]) > above ? 1 : label, values };
}
