import { approvalIdOf } from "../../approval/question-ids.ts";
import { MonitoringError } from "../../contracts/monitoring-error.ts";
import type { ApprovalRecord } from "../../contracts/self-healing/approval.ts";
import type { RunRecord } from "../../contracts/self-healing/run.ts";
import { RUN_PROGRESSED, type RunProgressed } from "../../contracts/self-healing/run-events.ts";
import type { ApprovalValue } from "../../contracts/self-healing/tasks.ts";
import { periodMillis } from "../../window/window.ts";
import { putOwnEvents } from "../own-events.ts";
import { putAudit } from "../self-healing/audit.ts";
import { storePending } from "../self-healing/pending-tasks.ts";
import { findApproval, storeApproval } from "./approval-records.ts";
import { answerApproval } from "./decide-approval.ts";
import { writeDriftComparison } from "./drift-comparisons.ts";
import { readEvidence } from "./evidence.ts";

const STEP = "request-approval";

/** The state that waits for the answer. */
export interface WaitingApproval {
  readonly taskToken: string;
  /** When it was entered, ISO 8601. */
  readonly at: string;
}

/**
 * Asks people whether a run's version may go into service. The token is stored before anybody can know
 * of the question; a version that the registry approved or rejected meanwhile is answered at once.
 *
 * @returns what was decided already; null when people are asked
 */
export async function requestApproval(
  record: RunRecord,
  { taskToken, at }: WaitingApproval,
): Promise<ApprovalValue | null> {
  const { run, endpoint } = record;
  const approvalId = approvalIdOf(run);
  const approval = (await findApproval(approvalId)) ?? (await storeApproval(await ask(record, at)));
  const { modelPackageArn, openUntil, evidenceSha256, inputs } = approval;
  const reason = `whether ${modelPackageArn} may go into service is to be decided until ${openUntil}`;
  await putAudit({
    ...{ run, endpoint, by: STEP, step: STEP, decision: "asked", reason, inputs },
    ...{ at: approval.requestedAt, seen: { approvalId, modelPackageArn, evidenceSha256 } },
  });
  const task = { kind: "approval", name: approvalId, run, endpoint, taskToken } as const;
  await storePending({ ...task, since: at, deadline: openUntil });
  const value = await answerApproval(approvalId, Date.parse(at));
  if (value !== null) return value;
  const question = { id: approvalId, openUntil };
  const progressed: RunProgressed = {
    ...{ run, endpoint, stage: "approval-requested", reason, question },
  };
  await putOwnEvents(RUN_PROGRESSED, [progressed]);
  return null;
}

async function ask(record: RunRecord, requestedAt: string): Promise<ApprovalRecord> {
  const { run, endpoint, modelPackageArn, definition } = record;
  if (modelPackageArn === undefined) {
    throw new MonitoringError("not-registered", `run "${run}": no version: it must be registered`);
  }
  await writeDriftComparison(record);
  const { sha256, inputs } = await readEvidence(record);
  const openUntilMillis = Date.parse(requestedAt) + periodMillis(definition.approval.expiresAfter);
  return {
    approvalId: approvalIdOf(run),
    ...{ run, endpoint, modelPackageArn, requestedAt, inputs },
    openUntil: new Date(openUntilMillis).toISOString(),
    evidenceSha256: sha256,
    state: "pending",
  };
}
