/** A 95 % confidence interval and how it was made. */
export interface Interval {
  readonly lower: number;
  readonly upper: number;
  readonly method: "wilson" | "delong" | "bootstrap-bca" | "bootstrap-percentile";
}

export const CONFIDENCE = 0.95;

/** The normal quantile of 0.975. */
export const NORMAL_QUANTILE_975 = 1.959963984540054;
