import { DescribeModelPackageCommand, UpdateModelPackageCommand } from "@aws-sdk/client-sagemaker";
import { type RegistryWord, registryStatus } from "../../approval/registry-word.ts";
import type { ApprovalRecord } from "../../contracts/self-healing/approval.ts";
import { sagemaker } from "../sagemaker.ts";

/** SageMaker's limit. */
const DESCRIPTION_LENGTH = 1024;

/** What the registry says of a version now, and who made it say so. */
export async function readRegistryWord(modelPackageArn: string): Promise<RegistryWord> {
  const command = new DescribeModelPackageCommand({ ModelPackageName: modelPackageArn });
  const found = await sagemaker().send(command);
  const { IamIdentity, UserProfileName } = found.LastModifiedBy ?? {};
  return {
    status: found.ModelApprovalStatus ?? "PendingManualApproval",
    by: IamIdentity?.Arn ?? UserProfileName ?? "registry",
    ...(found.LastModifiedTime ? { at: found.LastModifiedTime.toISOString() } : {}),
    ...(found.ApprovalDescription ? { comment: found.ApprovalDescription } : {}),
  };
}

/**
 * Tells the registry what was decided, unless it says so already: the event of our own update comes back
 * as one that changes nothing.
 */
export async function tellRegistry(record: ApprovalRecord): Promise<void> {
  const { modelPackageArn, state, decided } = record;
  const { status } = await readRegistryWord(modelPackageArn);
  const wanted = registryStatus(record, status);
  if (wanted === null || decided === undefined) return;
  const comment = decided.comment === undefined ? "" : `: ${decided.comment}`;
  await sagemaker().send(
    new UpdateModelPackageCommand({
      ModelPackageArn: modelPackageArn,
      ModelApprovalStatus: wanted,
      ApprovalDescription: `${state} by ${decided.by}${comment}`.slice(0, DESCRIPTION_LENGTH),
    }),
  );
}
