import type { FeatureCheck } from "../check-result.ts";
import type { Outcome } from "../outcome.ts";
import type { AuditInput } from "./audit-record.ts";

/**
 * `drift.json` of an evaluation: the data-quality check of one window twice, against the baseline of the
 * champion and against that of the challenger. The window is the holdout's, which the challenger has not
 * learned from.
 */
export interface DriftComparison {
  readonly version: "1";
  /** Of inference time, whole hours, ISO 8601. */
  readonly window: { readonly from: string; readonly to: string };
  readonly rowCount: number;
  readonly before: DriftReading;
  readonly after: DriftReading;
  readonly captures: readonly AuditInput[];
}

export interface DriftReading {
  /** Prefix of the baseline, an S3 URI. */
  readonly baseline: string;
  readonly outcome: Outcome;
  readonly violationCount: number;
  readonly violatedFeatureCount: number;
  /** Greatest distance over all compared features; null when none was compared. */
  readonly driftMax: number | null;
  /** How each feature's distribution compares, and what else is violated. */
  readonly checks: readonly FeatureCheck[];
  readonly inputs: readonly AuditInput[];
}

export const driftComparisonText = (comparison: DriftComparison): string =>
  `${JSON.stringify(comparison, null, 2)}\n`;

export const parseDriftComparison = (text: string): DriftComparison =>
  JSON.parse(text) as DriftComparison;
