import type { ApprovalEvidence } from "../../approval/evidence.ts";
import { MonitoringError } from "../../contracts/monitoring-error.ts";
import { s3Uri } from "../../contracts/s3-uri.ts";
import type { AuditInput } from "../../contracts/self-healing/audit-record.ts";
import { parseDriftComparison } from "../../contracts/self-healing/drift-comparison.ts";
import type { RunRecord } from "../../contracts/self-healing/run.ts";
import { parseDataset } from "../../contracts/self-healing/training-set.ts";
import { evaluationKeys, trainingKeys } from "../../contracts/storage-keys.ts";
import { sha256Of } from "../../window/fold.ts";
import { readObject } from "../objects.ts";
import { stageText } from "../stage.ts";

/** The files that a decision about a version is made on, as they are now. */
export interface Evidence extends Pick<ApprovalEvidence, "report" | "dataset" | "drift"> {
  /** Of the files' bytes and the version: a decision is about exactly these. */
  readonly sha256: string;
  readonly inputs: readonly AuditInput[];
}

/** @throws MonitoringError `evidence-absent` when a file of it is gone */
export async function readEvidence({
  run,
  modelPackageArn,
}: Pick<RunRecord, "run" | "modelPackageArn">): Promise<Evidence> {
  const keys = evaluationKeys(run);
  const [report, dataset, drift] = await Promise.all([
    readText(keys.report),
    readText(trainingKeys(run, "").dataset),
    readText(keys.drift),
  ]);
  const inputs = [report, dataset, drift].map(({ location, text }) => {
    return { key: location, hash: `sha256:${sha256Of(text)}` };
  });
  return {
    report: JSON.parse(report.text),
    dataset: parseDataset(dataset.text),
    drift: parseDriftComparison(drift.text),
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
  if (bytes !== null) return { location, text: new TextDecoder().decode(bytes) };
  throw new MonitoringError(
    "evidence-absent",
    `${location}: not found: it must be there to decide`,
  );
}
