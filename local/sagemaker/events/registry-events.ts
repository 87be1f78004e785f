import { packageView, type StoredModelPackage } from "../registry/model-package.ts";
import type { SageMakerEvent } from "./event-bus.ts";

/**
 * Of a new package, or of an updated one: then it names the fields that the update gave, whether
 * they changed or not.
 */
export function modelPackageEvent(
  stored: StoredModelPackage,
  updatedFields?: readonly string[],
): SageMakerEvent {
  return {
    detailType: "SageMaker Model Package State Change",
    resources: [stored.arn],
    millis: stored.modifiedMillis,
    detail: {
      ModelPackageName: stored.name,
      ...packageView(stored),
      CreationTime: stored.creationMillis,
      LastModifiedTime: stored.modifiedMillis,
      ...(updatedFields === undefined ? {} : { UpdatedModelPackageFields: updatedFields }),
    },
  };
}
