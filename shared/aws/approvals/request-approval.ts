import { randomBytes } from "node:crypto";
import { MonitoringError } from "../../contracts/monitoring-error.ts";
import type { ApprovalRecord } from "../../contracts/self-healing/approval.ts";
import type { RunRecord } from "../../contracts/self-healing/run.ts";
import { RUN_PROGRESSED, type RunProgressed } from "../../contracts/self-healing/run-events.ts";
import { periodMillis } from "../../window/window.ts";
import { putOwnEvents } from "../own-events.ts";
import { storePending } from "../self-healing/pending-tasks.ts";
import { settleTask } from "../self-healing/settle-task.ts";
import { findApprovalOfRun, storeApproval } from "./approval-records.ts";
import { decideApproval } from "./decide-approval.ts";
import { readEvidence } from "./evidence.ts";
import { signedLink } from "./link-signatures.ts";
import { readRegistryWord } from "./model-packages.ts";

/** The state that waits for the answer. */
export interface WaitingApproval {
  readonly taskToken: string;
  /** When it was entered, ISO 8601. */
  readonly at: string;
}

/**
 * Asks people whether a run's version may go into service. The token is stored before anybody can know
 * of the question; a version that the registry approved or rejected meanwhile is decided at once.
 */
export async function requestApproval(
  record: RunRecord,
  { taskToken, at }: WaitingApproval,
): Promise<ApprovalRecord> {
  const { run, endpoint } = record;
  const approval = (await findApprovalOfRun(run)) ?? (await storeApproval(await asked(record, at)));
  const { approvalId, expiresAt } = approval;
  const task = { kind: "approval", name: approvalId, run, endpoint, taskToken } as const;
  await storePending({ ...task, since: at, deadline: expiresAt });
  if (await settleTask({ ...task, since: at }, Date.parse(at))) return approval;
  const { status, description } = await readRegistryWord(approval.modelPackageArn);
  if (status === "Approved" || status === "Rejected") {
    const state = status === "Approved" ? "approved" : "rejected";
    const comment = description === undefined ? {} : { comment: description };
    const through = { by: "registry", through: "registry" } as const;
    return (await decideApproval(approvalId, { state, at, ...through, ...comment })).record;
  }
  const expiresAtMillis = Date.parse(expiresAt);
  const link = await signedLink({ kind: "approval", id: approvalId, expiresAtMillis });
  const reason = `a decision is needed until ${expiresAt}`;
  const progressed: RunProgressed = { run, endpoint, stage: "approval-requested", reason, link };
  await putOwnEvents(RUN_PROGRESSED, [progressed]);
  return approval;
}

async function asked(record: RunRecord, requestedAt: string): Promise<ApprovalRecord> {
  const { run, endpoint, modelPackageArn, definition } = record;
  if (modelPackageArn === undefined) {
    throw new MonitoringError("not-registered", `run "${run}": no version: it must be registered`);
  }
  const { sha256, inputs } = await readEvidence(record);
  const expiryMillis = Date.parse(requestedAt) + periodMillis(definition.approval.expiresAfter);
  return {
    approvalId: randomBytes(16).toString("hex"),
    ...{ run, endpoint, modelPackageArn, requestedAt, inputs },
    expiresAt: new Date(expiryMillis).toISOString(),
    evidenceSha256: sha256,
    state: "pending",
  };
}
