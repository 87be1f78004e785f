import type { UpdateModelPackageCommandInput } from "@aws-sdk/client-sagemaker";
import type { Operation, SimulatorContext } from "../context.ts";
import { modelPackageEvent } from "../events/registry-events.ts";
import { requireApproval, requireClientToken, requireMetadata } from "../registry/package-rules.ts";
import { findModelPackage } from "./model-packages.ts";

export const modelPackageUpdateOperations: Readonly<Record<string, Operation>> = {
  UpdateModelPackage: updateModelPackage,
};

/** Members that an update replaces as they come, and what its event calls them. */
const REPLACED = {
  ModelApprovalStatus: "ModelApprovalStatus",
  ApprovalDescription: "ApprovalDescription",
  SourceUri: "sourceUri",
  InferenceSpecification: "InferenceSpecification",
  ModelLifeCycle: "ModelLifeCycle",
  ModelCard: "ModelCard",
  ModelPackageRegistrationType: "ModelPackageRegistrationType",
} as const;

type Replaced = keyof typeof REPLACED;

/** Any approval status may follow any other, Approved may turn into Rejected. */
function updateModelPackage(
  context: SimulatorContext,
  input: UpdateModelPackageCommandInput,
): object {
  const stored = findModelPackage(context, input.ModelPackageArn, "modelPackageArn");
  requireApproval(input.ModelApprovalStatus, input.ApprovalDescription);
  requireClientToken(input.ClientToken);
  const added = input.CustomerMetadataProperties;
  const removed = input.CustomerMetadataPropertiesToRemove;
  const kept = Object.entries(stored.input.CustomerMetadataProperties ?? {}).filter(
    ([key]) => !removed?.includes(key),
  );
  const metadata = { ...Object.fromEntries(kept), ...added };
  requireMetadata(metadata);

  const given = (Object.keys(REPLACED) as Replaced[]).filter((name) => input[name] !== undefined);
  const touchesMetadata = added !== undefined || removed !== undefined;
  const updated = {
    ...stored,
    modifiedMillis: context.now(),
    input: {
      ...stored.input,
      ...Object.fromEntries(given.map((name) => [name, input[name]])),
      ...(touchesMetadata ? { CustomerMetadataProperties: metadata } : {}),
    },
  };
  context.state.modelPackages.set(stored.name, updated);
  const fields = given.map((name): string => REPLACED[name]);
  if (touchesMetadata) fields.push("CustomerMetadataProperties");
  context.events.publish(modelPackageEvent(updated, fields));
  return { ModelPackageArn: stored.arn };
}
