import { isReminderDue } from "../../approval/decide.ts";
import { RUN_PROGRESSED, type RunProgressed } from "../../contracts/self-healing/run-events.ts";
import { putOwnEvents } from "../own-events.ts";
import { findApproval, replacePending } from "./approval-records.ts";

/** Tells people once more of an approval that is soon over: twice if whoever tells dies, never not at all. */
export async function remindOfApproval(approvalId: string, nowMillis: number): Promise<void> {
  const approval = await findApproval(approvalId);
  if (approval === null || !isReminderDue(approval, nowMillis)) return;
  const { run, endpoint, modelPackageArn, openUntil } = approval;
  const progressed: RunProgressed = {
    ...{ run, endpoint, stage: "approval-reminder" },
    reason: `nobody has decided about ${modelPackageArn}: from ${openUntil} on it is rejected`,
    question: { id: approvalId, openUntil },
  };
  await putOwnEvents(RUN_PROGRESSED, [progressed]);
  await replacePending({ ...approval, remindedAt: new Date(nowMillis).toISOString() });
}
