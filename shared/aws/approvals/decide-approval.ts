import { applyRuling, approvalValue, type Decided, type Ruling } from "../../approval/decide.ts";
import { MonitoringError } from "../../contracts/monitoring-error.ts";
import type { ApprovalRecord } from "../../contracts/self-healing/approval.ts";
import type { ApprovalValue } from "../../contracts/self-healing/tasks.ts";
import { putAudit } from "../self-healing/audit.ts";
import { findPending } from "../self-healing/pending-tasks.ts";
import { settleTask } from "../self-healing/settle-task.ts";
import { findApproval, writeDecided } from "./approval-records.ts";
import { tellRegistry } from "./model-packages.ts";

/**
 * The one way to a decision, whether by the link, the registry, the command line or time: the first
 * conditional write decides, all others find it decided. What follows from it — the audit, the registry,
 * the state machine's answer — is done by whoever comes, again and again until it is done.
 *
 * @param evidenceSha256 of the page that was shown; absent where the ruling was made without it
 */
export async function decideApproval(
  approvalId: string,
  ruling: Ruling,
  evidenceSha256?: string,
): Promise<Decided> {
  const decided = await decideOnce(approvalId, ruling, evidenceSha256);
  const task = await findPending("approval", approvalId);
  if (task !== null) await settleTask(task, Date.parse(ruling.at));
  else await carryOut(decided.record);
  return decided;
}

/**
 * Looks whether an approval is decided, or over by now, and if so carries it out.
 *
 * @returns what the state machine gets to know; null while nobody has decided
 */
export async function settleApproval(
  approvalId: string,
  nowMillis: number,
): Promise<ApprovalValue | null> {
  let record = await readApproval(approvalId);
  if (record.state === "pending" && nowMillis >= Date.parse(record.expiresAt)) {
    const at = new Date(nowMillis).toISOString();
    const expiry: Ruling = { state: "expired", at, by: "expiry", through: "expiry" };
    record = (await decideOnce(approvalId, expiry)).record;
  }
  return await carryOut(record);
}

async function decideOnce(
  approvalId: string,
  ruling: Ruling,
  evidenceSha256?: string,
): Promise<Decided> {
  const decided = applyRuling(await readApproval(approvalId), ruling, evidenceSha256);
  if (!decided.changes || (await writeDecided(decided.record))) return decided;
  return { changes: false, record: await readApproval(approvalId), why: "already-decided" };
}

async function carryOut(record: ApprovalRecord): Promise<ApprovalValue | null> {
  const value = approvalValue(record);
  const { decided } = record;
  if (value === null || decided === undefined) return null;
  const { run, endpoint, modelPackageArn, inputs, evidenceSha256 } = record;
  await putAudit({
    ...{ run, endpoint, step: "record-approval" },
    ...{ at: decided.at, by: decided.by, decision: value.outcome, reason: value.reason },
    seen: { through: decided.through, modelPackageArn, expiresAt: record.expiresAt },
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
