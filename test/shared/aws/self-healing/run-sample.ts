import { parseMonitorFile } from "../../../../shared/contracts/monitor-file.ts";
import type { RunRecord } from "../../../../shared/contracts/self-healing/run.ts";
import { definitionText } from "../../window/sample-definition.ts";

export const DEFINITION = parseMonitorFile(definitionText({}), "monitors/churn.yml");

export const RUN: Omit<RunRecord, "fence"> = {
  run: "churn-0123456789",
  endpoint: "churn",
  incident: "2026-01-15T10:25:00Z",
  attempt: 1,
  cause: "quality-loss",
  reason: "auc 0.71 is below 0.80",
  startedBy: "decide-retraining",
  startedAt: "2026-01-15T10:30:00Z",
  definition: DEFINITION,
  definitionEtag: "e1",
  champion: {
    variant: "blue",
    modelName: "churn-1",
    endpointConfigName: "churn-1",
    modelPackageArn: null,
    baseline: "s3://bucket/baselines/churn/v1/",
  },
};
