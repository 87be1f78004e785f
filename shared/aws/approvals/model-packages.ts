import {
  DescribeModelPackageCommand,
  type ModelApprovalStatus,
  UpdateModelPackageCommand,
} from "@aws-sdk/client-sagemaker";
import type { ApprovalRecord, ApprovalState } from "../../contracts/self-healing/approval.ts";
import { sagemaker } from "../sagemaker.ts";

export interface RegistryWord {
  readonly status: ModelApprovalStatus | undefined;
  readonly description?: string;
}

/** What the registry says of a version now. */
export async function readRegistryWord(modelPackageArn: string): Promise<RegistryWord> {
  const command = new DescribeModelPackageCommand({ ModelPackageName: modelPackageArn });
  const { ModelApprovalStatus, ApprovalDescription } = await sagemaker().send(command);
  return {
    status: ModelApprovalStatus,
    ...(ApprovalDescription ? { description: ApprovalDescription } : {}),
  };
}

const STATUS = {
  approved: "Approved",
  rejected: "Rejected",
  expired: "Rejected",
} as const satisfies Record<Exclude<ApprovalState, "pending">, ModelApprovalStatus>;

/** SageMaker's limit. */
const DESCRIPTION_LENGTH = 1024;

/**
 * Tells the registry what was decided, unless it says so already: the event of our own update comes back
 * as one that changes nothing.
 */
export async function tellRegistry({
  modelPackageArn,
  state,
  decided,
}: ApprovalRecord): Promise<void> {
  if (state === "pending" || decided === undefined) return;
  const { status } = await readRegistryWord(modelPackageArn);
  if (status === STATUS[state]) return;
  const comment = decided.comment === undefined ? "" : `: ${decided.comment}`;
  await sagemaker().send(
    new UpdateModelPackageCommand({
      ModelPackageArn: modelPackageArn,
      ModelApprovalStatus: STATUS[state],
      ApprovalDescription: `${state} by ${decided.by}${comment}`.slice(0, DESCRIPTION_LENGTH),
    }),
  );
}
