import type {
  CreateModelPackageCommandInput,
  CreateModelPackageGroupCommandInput,
  Tag,
} from "@aws-sdk/client-sagemaker";
import { epochSeconds } from "../context.ts";

export interface StoredModelPackageGroup {
  readonly name: string;
  readonly arn: string;
  readonly creationMillis: number;
  readonly input: Omit<CreateModelPackageGroupCommandInput, "Tags" | "ModelPackageGroupName">;
}

/** One version of a group. What UpdateModelPackage may change stands in `input` as well. */
export interface StoredModelPackage {
  /** `group/version` */
  readonly name: string;
  readonly arn: string;
  readonly group: string;
  readonly version: number;
  readonly creationMillis: number;
  readonly modifiedMillis: number;
  readonly input: PackageContent;
  readonly tags: readonly Tag[];
  readonly clientToken?: string;
}

type PackageContent = Omit<
  CreateModelPackageCommandInput,
  "Tags" | "ModelPackageGroupName" | "ModelPackageName" | "ClientToken"
> & { readonly ApprovalDescription?: string | undefined };

/** A package without validation is complete at once. */
const STATUS = {
  ModelPackageStatus: "Completed",
  ModelPackageStatusDetails: { ValidationStatuses: [], ImageScanStatuses: [] },
} as const;

export function packageSummary(stored: StoredModelPackage) {
  const { input } = stored;
  return {
    ModelPackageGroupName: stored.group,
    ModelPackageVersion: stored.version,
    ModelPackageArn: stored.arn,
    ModelPackageStatus: STATUS.ModelPackageStatus,
    ModelApprovalStatus: input.ModelApprovalStatus,
    ...(input.ModelPackageDescription === undefined
      ? {}
      : { ModelPackageDescription: input.ModelPackageDescription }),
    ...(input.ModelLifeCycle === undefined ? {} : { ModelLifeCycle: input.ModelLifeCycle }),
  };
}

/** What DescribeModelPackage and the package's events have in common. */
export function packageView(stored: StoredModelPackage) {
  return {
    CertifyForMarketplace: false,
    ...stored.input,
    ...STATUS,
    ModelPackageGroupName: stored.group,
    ModelPackageVersion: stored.version,
    ModelPackageArn: stored.arn,
  };
}

export function packageTimes({ creationMillis, modifiedMillis }: StoredModelPackage) {
  return {
    CreationTime: epochSeconds(creationMillis),
    LastModifiedTime: epochSeconds(modifiedMillis),
  };
}
