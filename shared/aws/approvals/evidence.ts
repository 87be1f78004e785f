import { MonitoringError } from "../../contracts/monitoring-error.ts";
import { s3Uri } from "../../contracts/s3-uri.ts";
import type { AuditInput } from "../../contracts/self-healing/audit-record.ts";
import type { EvaluationReport } from "../../contracts/self-healing/evaluation-report.ts";
import type { RunRecord } from "../../contracts/self-healing/run.ts";
import { parseDataset, type TrainingDataset } from "../../contracts/self-healing/training-set.ts";
import { evaluationKeys, trainingKeys } from "../../contracts/storage-keys.ts";
import { sha256Of } from "../../window/fold.ts";
import { readObject } from "../objects.ts";
import { stageText } from "../stage.ts";

/** What a decision about a version is made on. */
export interface Evidence {
  readonly record: RunRecord;
  readonly report: EvaluationReport;
  readonly dataset: TrainingDataset;
  /** Of the files' bytes and the version: a decision is about exactly these. */
  readonly sha256: string;
  readonly inputs: readonly AuditInput[];
}

/** @throws MonitoringError `evidence-absent` when a file of it is gone */
export async function readEvidence(record: RunRecord): Promise<Evidence> {
  const { run, modelPackageArn } = record;
  const [report, dataset] = await Promise.all([
    readText(evaluationKeys(run).report),
    readText(trainingKeys(run, "").dataset),
  ]);
  const inputs = [report, dataset].map(({ location, text }) => {
    return { key: location, hash: `sha256:${sha256Of(text)}` };
  });
  return {
    record,
    report: JSON.parse(report.text),
    dataset: parseDataset(dataset.text),
    sha256: sha256Of(JSON.stringify([modelPackageArn, ...inputs.map(({ hash }) => hash)])),
    inputs,
  };
}

async function readText(
  key: string,
): Promise<{ readonly location: string; readonly text: string }> {
  const bucket = stageText("bucket");
  const bytes = await readObject({ bucket, key });
  const location = s3Uri({ bucket, key });
  if (bytes !== null) return { location, text: Buffer.from(bytes).toString("utf8") };
  throw new MonitoringError(
    "evidence-absent",
    `${location}: not found: it must be there to decide`,
  );
}
