import {
  CreateModelPackageCommand,
  type CreateModelPackageCommandInput,
  CreateModelPackageGroupCommand,
} from "@aws-sdk/client-sagemaker";
import type { ModelPackageInput } from "../../registry/model-package.ts";
import { isPresent, sagemaker } from "../sagemaker.ts";

/** Makes the group that an endpoint's versions are registered in, or finds it made. */
export async function ensurePackageGroup(name: string, endpoint: string): Promise<void> {
  try {
    await sagemaker().send(
      new CreateModelPackageGroupCommand({
        ModelPackageGroupName: name,
        ModelPackageGroupDescription: `Models of endpoint ${endpoint}`,
        Tags: [{ Key: "plumbline:endpoint", Value: endpoint }],
      }),
    );
  } catch (error) {
    if (!isPresent(error)) throw error;
  }
}

/** Registers a version; the same input, by its token, is registered once. */
export async function createModelPackage(input: ModelPackageInput): Promise<string> {
  const command = new CreateModelPackageCommand(input as CreateModelPackageCommandInput);
  return (await sagemaker().send(command)).ModelPackageArn!;
}
