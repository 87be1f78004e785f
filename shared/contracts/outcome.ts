/**
 * What one check says. `inconclusive` is never a pass: it names what was missing, with the numbers.
 */
export type Outcome =
  | { readonly outcome: "passed" }
  | { readonly outcome: "violated" }
  | {
      readonly outcome: "inconclusive";
      readonly reason: InconclusiveReason;
      /** One sentence with the numbers in it. */
      readonly explanation: string;
    };

/** Stable names for why nothing could be said; metrics, messages and tests key on them. */
export type InconclusiveReason =
  | "no-captures"
  | "too-few-rows"
  | "stale-captures"
  | "nothing-readable"
  | "no-baseline"
  | "checks-disabled"
  | "undecidable-by-sketch"
  | "nothing-compared"
  | "partly-compared"
  | "late-beyond-retention"
  | "no-labels"
  | "too-few-labels"
  | "labels-outstanding"
  | "coverage-below-minimum"
  | "one-class-only"
  | "metric-undefined"
  | "no-interval";
