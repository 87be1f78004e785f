import type { ApprovalEvidence } from "../../../shared/approval/evidence.ts";
import type { FeatureCheck } from "../../../shared/contracts/check-result.ts";
import type { MetricReading } from "../../../shared/contracts/quality-result.ts";
import type { ApprovalRecord } from "../../../shared/contracts/self-healing/approval.ts";
import type { DriftComparison } from "../../../shared/contracts/self-healing/drift-comparison.ts";
import type {
  EvaluationReport,
  Improvement,
} from "../../../shared/contracts/self-healing/evaluation-report.ts";
import type { TrainingDataset } from "../../../shared/contracts/self-healing/training-set.ts";
import { RUN } from "../aws/self-healing/run-sample.ts";

const ARN = "arn:aws:sagemaker:us-east-1:000000000000:model-package/churn/2";
const WINDOW = {
  from: "2025-12-16T12:00:00.000Z",
  cut: "2026-01-09T12:00:00.000Z",
  to: "2026-01-15T12:00:00.000Z",
};

export const APPROVAL: ApprovalRecord = {
  approvalId: "0123456789abcdef0123456789abcdef",
  ...{ run: RUN.run, endpoint: "churn", modelPackageArn: ARN },
  requestedAt: "2026-01-15T12:00:00.000Z",
  openUntil: "2026-01-18T12:00:00.000Z",
  evidenceSha256: "a".repeat(64),
  inputs: [
    { key: `s3://bucket/evaluations/${RUN.run}/report.json`, hash: `sha256:${"b".repeat(64)}` },
    { key: `s3://bucket/training/${RUN.run}/dataset.json`, hash: `sha256:${"c".repeat(64)}` },
  ],
  state: "pending",
};

const reading = (metric: string, value: number, half: number): MetricReading => ({
  ...{ metric, value, standardDeviation: half / 2 },
  interval: { lower: value - half, upper: value + half, method: "wilson" },
});

const gain = (value: number, half: number): Improvement => ({
  value,
  interval: {
    ...{ lower: value - half, upper: value + half },
    ...{ confidence: 0.95, method: "delong-paired" },
  },
});

export const REPORT: EvaluationReport = {
  ...{ version: "1", run: RUN.run, endpoint: "churn", problem: "binary-classification" },
  outcome: "better",
  reason: "auc 0.912 against 0.784, better by 0.128 (95 % interval of the gain 0.097 to 0.159)",
  ...{ metric: "auc", margin: 0, rowCount: 1480, champion: 0.784, challenger: 0.912 },
  improvement: gain(0.128, 0.031),
  test: { name: "delong", pValue: 2.4e-15 },
  slices: [
    {
      ...{ feature: "State", value: "CA", rowCount: 212, outcome: "passed" },
      ...{ champion: 0.79, challenger: 0.905, improvement: gain(0.115, 0.06) },
      reason: "auc 0.905 against 0.79, better by 0.115",
    },
    {
      ...{ feature: "State", value: "NY", rowCount: 31, outcome: "inconclusive" },
      ...{ champion: null, challenger: null, improvement: null },
      reason: "31 rows: at least 50 are needed",
    },
  ],
  problems: [],
  championMetrics: [
    reading("accuracy", 0.842, 0.019),
    reading("auc", 0.784, 0.026),
    reading("recall", 0.61, 0.06),
  ],
  challengerMetrics: [
    reading("accuracy", 0.913, 0.014),
    reading("auc", 0.912, 0.017),
    { ...reading("recall", 0.78, 0.05), interval: null },
  ],
  window: { from: WINDOW.cut, to: WINDOW.to },
  ...{ championModel: "churn-1", challengerModel: RUN.run, inputs: [], codeVersion: "1.0.0" },
};

export const DATASET: TrainingDataset = {
  ...{ version: "1", run: RUN.run, endpoint: "churn", problem: "binary-classification" },
  ...{ format: "csv", window: WINDOW, labelKind: "number", columns: [] },
  droppedColumns: ["Phone"],
  counts: {
    ...{ capturedRowCount: 9120, labelledRowCount: 7402 },
    ...{ trainRowCount: 5921, holdoutRowCount: 1480, leftOutCounts: { repeated: 1 } },
  },
  classes: [
    { label: "0", trainRowCount: 5061, holdoutRowCount: 1262 },
    { label: "1", trainRowCount: 860, holdoutRowCount: 218 },
  ],
  ...{ labelledFraction: 7402 / 9120, capturedPercent: 100, holdoutContentType: "text/csv" },
  output: { contentType: "text/csv", columnCount: 1, names: null },
  files: {
    train: `s3://bucket/training/${RUN.run}/train/train.csv`,
    holdoutInputs: `s3://bucket/training/${RUN.run}/holdout/inputs`,
    holdoutRows: `s3://bucket/training/${RUN.run}/holdout/rows.jsonl`,
    statistics: `s3://bucket/training/${RUN.run}/statistics.json`,
  },
};

const drift = (feature: string, observed: number): FeatureCheck => ({
  ...{ feature, check: "baseline_drift_check", method: "linf_robust", threshold: 0.1, observed },
  outcome: observed > 0.1 ? "violated" : "passed",
});

export const DRIFT: DriftComparison = {
  version: "1",
  window: { from: "2026-01-09T12:00:00Z", to: "2026-01-15T12:00:00Z" },
  rowCount: 2280,
  before: {
    baseline: "s3://bucket/baselines/churn/v1/",
    outcome: { outcome: "violated" },
    ...{ violationCount: 2, violatedFeatureCount: 2, driftMax: 0.83, inputs: [] },
    checks: [drift("Day Mins", 0.83), drift("CustServ Calls", 0.21), drift("Eve Mins", 0.03)],
  },
  after: {
    baseline: `s3://bucket/baselines/churn/${RUN.run}/`,
    outcome: { outcome: "passed" },
    ...{ violationCount: 0, violatedFeatureCount: 0, driftMax: 0.05, inputs: [] },
    checks: [drift("Day Mins", 0.02), drift("CustServ Calls", 0.05), drift("Eve Mins", 0.03)],
  },
  captures: [],
};

/** A better challenger, asked about on 15 January 2026. */
export const EVIDENCE: ApprovalEvidence = {
  approval: APPROVAL,
  record: { ...RUN, fence: 1, modelPackageArn: ARN },
  ...{ report: REPORT, dataset: DATASET, drift: DRIFT },
};
