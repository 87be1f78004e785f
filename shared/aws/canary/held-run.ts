import { MonitoringError } from "../../contracts/monitoring-error.ts";
import { s3Uri } from "../../contracts/s3-uri.ts";
import type {
  CandidateRecord,
  DeploymentRecord,
  RunRecord,
} from "../../contracts/self-healing/run.ts";
import { runBaselinePrefix } from "../../contracts/storage-keys.ts";
import { assertHolds } from "../self-healing/endpoint-lock.ts";
import { readRun } from "../self-healing/runs.ts";
import { stageText } from "../stage.ts";

/**
 * The record of a run that still has its endpoint: only then may a step change the endpoint.
 *
 * @throws MonitoringError `run-ended`, `lock-lost`
 */
export async function readHeldRun(run: string): Promise<RunRecord> {
  const record = await readRun(run);
  if (record.ended !== undefined) {
    throw new MonitoringError(
      "run-ended",
      `run "${run}": ended as ${record.ended.outcome}: must still go on to change its endpoint`,
      { details: { run } },
    );
  }
  await assertHolds(record);
  return record;
}

export type RunWithCandidate = RunRecord & { readonly candidate: CandidateRecord };

/** Whether the challenger serves under the champion's own variant, put there by a guarded deployment. */
export function isGuarded({ champion, candidate }: RunWithCandidate): boolean {
  return champion.variant === candidate.variant;
}

/** @throws MonitoringError `no-candidate` when none was added yet */
export function withCandidate(record: RunRecord): RunWithCandidate {
  const { run, candidate } = record;
  if (candidate !== undefined) return { ...record, candidate };
  throw new MonitoringError(
    "no-candidate",
    `run "${run}": no candidate: one must have been added to the endpoint`,
    { details: { run } },
  );
}

/** The candidate's stretch of the deployment timeline, with the baseline that its training made. */
export function candidateDeployment(record: RunWithCandidate, from: string): DeploymentRecord {
  const { run, endpoint, candidate, modelPackageArn = null } = record;
  const { variant, modelName, endpointConfigName } = candidate;
  const baseline = s3Uri({ bucket: stageText("bucket"), key: runBaselinePrefix(endpoint, run) });
  return { endpoint, run, from, variant, modelName, endpointConfigName, modelPackageArn, baseline };
}
