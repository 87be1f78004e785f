import { applyRuling, approvalValue, type Decided, type Ruling } from "../../approval/decide.ts";
import { registryRuling } from "../../approval/registry-word.ts";
import { MonitoringError } from "../../contracts/monitoring-error.ts";
import type { ApprovalRecord } from "../../contracts/self-healing/approval.ts";
import type { ApprovalValue } from "../../contracts/self-healing/tasks.ts";
import { putAudit } from "../self-healing/audit.ts";
import { answerTask } from "../self-healing/executions.ts";
import { deletePending, findPending } from "../self-healing/pending-tasks.ts";
import { readRun } from "../self-healing/runs.ts";
import { findApproval, replacePending } from "./approval-records.ts";
import { readRegistryWord, tellRegistry } from "./model-packages.ts";

/**
 * The one way to a decision, whether by the link, the registry, the command line or time: the first
 * conditional write decides, all others find it decided. What follows from it — the audit, the registry,
 * the state machine's answer — is done by whoever comes, again and again until it is done.
 *
 * @param evidenceSha256 of what was shown; absent where the ruling was made without it
 */
export async function decideApproval(
  approvalId: string,
  ruling: Ruling,
  evidenceSha256?: string,
): Promise<Decided> {
  const approval = await readApproval(approvalId);
  const { ended } = await readRun(approval.run);
  // Nobody waits for it any more: what is written now would say what never came about.
  if (ended !== undefined && approval.state === "pending") {
    return { changes: false, record: approval, why: "run-ended" };
  }
  const decided = await decideOnce(approval, ruling, evidenceSha256);
  await answerApproval(approvalId, Date.parse(ruling.at));
  return decided;
}

/**
 * Answers the task that waits for an approval, if it is decided. A task that is gone was answered before,
 * or has not begun to wait: it then finds the decision itself.
 *
 * @returns what it was answered with; null while it has to go on waiting
 */
export async function answerApproval(
  approvalId: string,
  nowMillis: number,
): Promise<ApprovalValue | null> {
  const task = await findPending("approval", approvalId);
  if (task === null) return null;
  const value = await settleApproval(approvalId, nowMillis);
  if (value === null) return null;
  await answerTask(task.taskToken, value);
  await deletePending(task);
  return value;
}

/**
 * Looks whether an approval is decided by now, by somebody or by time, and if so carries it out.
 *
 * @returns what the state machine gets to know; null while nobody has decided
 */
export async function settleApproval(
  approvalId: string,
  nowMillis: number,
): Promise<ApprovalValue | null> {
  const approval = await readApproval(approvalId);
  return await carryOut(
    approval.state === "pending" ? await decideByNow(approval, nowMillis) : approval,
  );
}

/** What the registry says counts first: it may have been said before the time was over. */
async function decideByNow(approval: ApprovalRecord, nowMillis: number): Promise<ApprovalRecord> {
  const said = registryRuling(await readRegistryWord(approval.modelPackageArn), nowMillis);
  const { record } = said === null ? { record: approval } : await decideOnce(approval, said);
  if (record.state !== "pending" || nowMillis < Date.parse(record.openUntil)) return record;
  const at = new Date(nowMillis).toISOString();
  const expiry: Ruling = { state: "expired", at, by: "expiry", through: "expiry" };
  return (await decideOnce(record, expiry)).record;
}

async function decideOnce(
  approval: ApprovalRecord,
  ruling: Ruling,
  evidenceSha256?: string,
): Promise<Decided> {
  const decided = applyRuling(approval, ruling, evidenceSha256);
  if (!decided.changes || (await replacePending(decided.record))) return decided;
  const record = await readApproval(approval.approvalId);
  return { changes: false, record, why: "already-decided" };
}

async function carryOut(record: ApprovalRecord): Promise<ApprovalValue | null> {
  const value = approvalValue(record);
  const { decided } = record;
  if (value === null || decided === undefined) return null;
  const { run, endpoint, modelPackageArn, inputs, evidenceSha256 } = record;
  await putAudit({
    ...{ run, endpoint, step: "record-approval" },
    ...{ at: decided.at, by: decided.by, decision: value.outcome, reason: value.reason },
    seen: { through: decided.through, modelPackageArn, openUntil: record.openUntil },
    inputs: [{ key: modelPackageArn, hash: `sha256:${evidenceSha256}` }, ...inputs],
  });
  await tellRegistry(record);
  return value;
}

async function readApproval(approvalId: string): Promise<ApprovalRecord> {
  const record = await findApproval(approvalId);
  if (record !== null) return record;
  throw new MonitoringError(
    "unknown-approval",
    `approval "${approvalId}": not found: it must have been requested`,
  );
}
