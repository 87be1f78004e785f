import type { MonitorDefinition } from "../../../shared/contracts/monitor-definition.ts";
import { parseMonitorFile } from "../../../shared/contracts/monitor-file.ts";

interface Choice {
  readonly endpoint?: string;
  readonly every?: string;
  readonly capture?: string;
  /** Further lines of `checks`. */
  readonly checks?: string;
  /** Further lines of the file. */
  readonly more?: string;
}

/** A valid definition, read as a user's file is. */
export function definitionWith(choice: Choice = {}): MonitorDefinition {
  return parseMonitorFile(definitionText(choice), "monitors/churn.yml");
}

export function definitionText(choice: Choice = {}): string {
  const { endpoint = "churn", every = "PT1H", checks = "", more = "" } = choice;
  const capture = choice.capture ?? `s3://plumbline-local/captures/${endpoint}`;
  return `endpoint: ${endpoint}
problem: binary-classification
capture: ${capture}
baseline: s3://plumbline-local/baselines/${endpoint}/v1/
checks:
  dataQuality: { every: ${every} }
${checks}${more}`;
}
