// The link's page and its form, or a version's new status in the registry → one decision.
import type { Context } from "aws-lambda";
import { answerApprovalRequest } from "../../shared/aws/approvals/approval-pages.ts";
import { findApprovalOfPackage } from "../../shared/aws/approvals/approval-records.ts";
import { answerApproval } from "../../shared/aws/approvals/decide-approval.ts";
import { eventHandler, logger } from "../../shared/aws/handlers.ts";
import { pageHandler } from "../../shared/aws/page-handler.ts";
import { isEventOf } from "../../shared/contracts/aws-event.ts";
import {
  PACKAGE_CHANGED,
  packageChanged,
} from "../../shared/contracts/self-healing/package-changed.ts";

const forBrowser = pageHandler(answerApprovalRequest);

/** What the event says is not believed: the registry is asked. Our own update comes back to no task. */
const forRegistry = eventHandler(packageChanged, async ({ time, detail }) => {
  const approval = await findApprovalOfPackage(detail.ModelPackageArn);
  const value =
    approval === null ? null : await answerApproval(approval.approvalId, Date.parse(time));
  logger.info(value === null ? "nothing to decide" : "decided", {
    modelPackageArn: detail.ModelPackageArn,
    ...value,
  });
});

/**
 * GET changes nothing, so that whoever looks a mail's links up decides nothing. Of two who decide at once
 * the first conditional write wins; a decision that broke off is carried out by whoever comes next.
 */
export const handler = (event: unknown, context: Context) =>
  isEventOf(PACKAGE_CHANGED, event) ? forRegistry(event, context) : forBrowser(event, context);
