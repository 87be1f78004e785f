import * as z from "zod/mini";
import type { Violation } from "./check-result.ts";
import { modelMonitorJson, parseModelMonitorFile } from "./model-monitor-json.ts";

/** `constraint_violations.json`; data-quality files carry no version. */
export interface ViolationsFile {
  readonly violations: readonly Violation[];
}

/**
 * What Model Monitor writes, and a misspelling of its documentation that some containers copied.
 */
export const VIOLATIONS_FILE_NAMES = [
  "constraint_violations.json",
  "constraints_violations.json",
] as const;

const file = z.looseObject({
  violations: z.array(
    z.looseObject({
      feature_name: z.string("is not a text"),
      constraint_check_type: z.enum(
        [
          "data_type_check",
          "completeness_check",
          "baseline_drift_check",
          "missing_column_check",
          "extra_column_check",
          "categorical_values_check",
        ],
        "is no data-quality check",
      ),
      description: z.string("is not a text"),
    }),
    "is not a list",
  ),
});

/** @throws MonitoringError `invalid-json` or `invalid-constraint-violations` */
export function parseViolations(text: string): ViolationsFile {
  return parseModelMonitorFile("constraint_violations.json", file, text);
}

export function violationsText(value: ViolationsFile): string {
  return modelMonitorJson(value, () => false);
}
