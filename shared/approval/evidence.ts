import type { ApprovalRecord } from "../contracts/self-healing/approval.ts";
import type { DriftComparison } from "../contracts/self-healing/drift-comparison.ts";
import type { EvaluationReport } from "../contracts/self-healing/evaluation-report.ts";
import type { RunRecord } from "../contracts/self-healing/run.ts";
import type { TrainingDataset } from "../contracts/self-healing/training-set.ts";

/** What a decision about a version is made on. */
export interface ApprovalEvidence {
  readonly approval: ApprovalRecord;
  readonly record: RunRecord;
  readonly report: EvaluationReport;
  readonly dataset: TrainingDataset;
  readonly drift: DriftComparison;
}
